package io.vibee.session.testkit;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import io.vibee.session.UnreadableSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about what a store holds. Each reads from the store, and throws what the store throws
 * if that fails.
 */
public final class SessionStoreAssert extends AbstractAssert<SessionStoreAssert, SessionStore> {
  SessionStoreAssert(@Nullable SessionStore actual) {
    super(actual, SessionStoreAssert.class);
  }

  /**
   * Checks whose sessions agents load.
   *
   * @param userIds exactly these users, in the order in which they were added; an active session
   *     that cannot be read is a failure too
   * @return this
   */
  public SessionStoreAssert hasActiveUsers(String... userIds) {
    List<String> users = new ArrayList<>();
    hasNothingUnreadable(users);
    if (users.equals(List.of(userIds))) return this;
    throw failureWithActualExpected(
        users, List.of(userIds), "active users: expected %s but were %s", List.of(userIds), users);
  }

  /**
   * Checks that there is nothing for agents to load.
   *
   * @return this
   */
  public SessionStoreAssert hasNoActiveSessions() {
    return hasActiveUsers();
  }

  /**
   * Checks that every active session can be read.
   *
   * @return this
   */
  public SessionStoreAssert hasNothingUnreadable() {
    return hasNothingUnreadable(new ArrayList<>());
  }

  /**
   * Checks that a user has a session, active or not.
   *
   * @param userId the user's id
   * @return this
   */
  public SessionStoreAssert hasSession(String userId) {
    find(userId);
    return this;
  }

  /**
   * Checks that a user has no session.
   *
   * @param userId the user's id
   * @return this
   */
  public SessionStoreAssert hasNoSession(String userId) {
    store()
        .findByUserId(userId)
        .ifPresent(
            session -> {
              throw failure("user %s: expected no session but there is %s", userId, session);
            });
    return this;
  }

  /**
   * Checks that a user has a session, active or not, and starts assertions about it.
   *
   * @param userId the user's id
   * @return assertions about the session
   */
  public SessionAssert sessionOf(String userId) {
    return new SessionAssert(find(userId)).as("session of user %s", userId);
  }

  /**
   * Checks what happened last to a session: the newest entries of its log, in the order in which
   * they were added. There may be older ones before them.
   *
   * @param sessionId the session's id, or {@link Activity#ALL_SESSIONS}
   * @param types such as {@link Activity#LOGIN}, the newest last; one to 1000
   * @return this
   */
  public SessionStoreAssert hasLogged(String sessionId, String... types) {
    return logged(sessionId, "newest entries", types.length, types);
  }

  /**
   * Checks everything that happened to a session: all entries of its log, in the order in which
   * they were added.
   *
   * @param sessionId the session's id, or {@link Activity#ALL_SESSIONS}
   * @param types such as {@link Activity#LOGIN}, the newest last; none to 999
   * @return this
   */
  public SessionStoreAssert hasLoggedOnly(String sessionId, String... types) {
    return logged(sessionId, "entries", types.length + 1, types);
  }

  private SessionStoreAssert logged(String sessionId, String what, int limit, String... types) {
    ActivityQuery query = ActivityQuery.latest(limit).ofSession(sessionId);
    List<String> found = new ArrayList<>();
    for (Activity entry : store().activity(query)) found.add(entry.type());
    Collections.reverse(found);
    if (found.equals(List.of(types))) return this;
    throw failureWithActualExpected(
        found,
        List.of(types),
        "%s in the log of %s: expected %s but were %s",
        what,
        sessionId,
        List.of(types),
        found);
  }

  private SessionStoreAssert hasNothingUnreadable(List<String> users) {
    List<UnreadableSession> unreadable = new ArrayList<>();
    store().forEachActive(session -> users.add(session.userId()), unreadable::add);
    if (unreadable.isEmpty()) return this;
    throw failure("expected nothing unreadable but there is %s", unreadable);
  }

  private Session find(String userId) {
    Objects.requireNonNull(userId, "userId");
    return store()
        .findByUserId(userId)
        .orElseThrow(() -> failure("user %s: expected a session but there is none", userId));
  }

  private SessionStore store() {
    isNotNull();
    return actual;
  }
}
