package io.vibee.session;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Values to store for a user. A value that is not set here stays as it is; in a new session it
 * takes the default of {@link Session#builder}.
 *
 * <p>Immutable, thread-safe. {@link #toString()} shows no value but the user's id.
 */
public final class SessionEdit {
  private final SessionEditBuilder values;

  SessionEdit(SessionEditBuilder values) {
    this.values = values;
  }

  /**
   * Starts an edit that sets nothing.
   *
   * @param userId the user whose session to edit
   * @return a builder
   * @throws IllegalArgumentException if the id breaks the limits of {@link Session}
   */
  public static SessionEditBuilder of(String userId) {
    Texts.requireId("userId", userId);
    return new SessionEditBuilder(userId);
  }

  /**
   * Sets all values that callers choose, as {@link SessionStore#save} does.
   *
   * @param session the values
   * @return a builder
   */
  public static SessionEditBuilder of(Session session) {
    return of(session.userId())
        .sessionId(session.sessionId())
        .apiId(session.apiId())
        .apiHash(session.apiHash())
        .username(session.username())
        .phone(session.phone())
        .active(session.active())
        .authorized(session.authorized())
        .digitalTwinEnabled(session.digitalTwinEnabled())
        .autoReplyEnabled(session.autoReplyEnabled())
        .targetChats(session.targetChats());
  }

  /**
   * The user whose session is edited.
   *
   * @return the Telegram user's id
   */
  public String userId() {
    return values.userId;
  }

  /**
   * The hash to store.
   *
   * @return the hash; empty if the stored one stays
   */
  public Optional<Secret> apiHash() {
    return Optional.ofNullable(values.apiHash);
  }

  /**
   * The chats to store.
   *
   * @return the chats, unmodifiable; empty if the stored ones stay
   */
  public Optional<List<String>> targetChats() {
    return Optional.ofNullable(values.targetChats);
  }

  /**
   * The state that the session must be in for the edit to happen.
   *
   * @return the state; empty if any will do, {@link SessionRevision#NONE} if there must be no
   *     session
   */
  public Optional<SessionRevision> expected() {
    return Optional.ofNullable(values.expected);
  }

  /**
   * Makes a new session of these values.
   *
   * @return a session with the defaults for what is not set
   * @throws SessionIncompleteException if a value that is not set has no default
   */
  public Session toNewSession() {
    @Nullable String sessionId = values.sessionId;
    @Nullable Integer apiId = values.apiId;
    @Nullable Secret apiHash = values.apiHash;
    if (sessionId == null || apiId == null || apiHash == null) {
      throw new SessionIncompleteException(values.userId, missing());
    }
    SessionBuilder builder = Session.builder(values.userId, sessionId, apiId, apiHash);
    if (values.username != null) builder.username(values.username.value());
    if (values.phone != null) builder.phone(values.phone.value());
    if (values.active != null) builder.active(values.active);
    if (values.authorized != null) builder.authorized(values.authorized);
    if (values.digitalTwin != null) builder.digitalTwinEnabled(values.digitalTwin);
    if (values.autoReply != null) builder.autoReplyEnabled(values.autoReply);
    if (values.targetChats != null) builder.targetChats(values.targetChats);
    return builder.build();
  }

  private List<String> missing() {
    return Stream.of(
            values.sessionId == null ? "sessionId" : "",
            values.apiId == null ? "apiId" : "",
            values.apiHash == null ? "apiHash" : "")
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /**
   * Applies this edit to a stored session; for implementers of {@link ManagedSessionStore}.
   *
   * @param stored the session as it is
   * @return the session with the values that are set here
   */
  public SessionSummary applyTo(SessionSummary stored) {
    SessionSummaryBuilder builder = stored.toBuilder();
    if (values.sessionId != null) builder.sessionId(values.sessionId);
    if (values.apiId != null) builder.apiId(values.apiId);
    if (values.username != null) builder.username(values.username.value());
    if (values.phone != null) builder.phone(values.phone.value());
    if (values.active != null) builder.active(values.active);
    if (values.authorized != null) builder.authorized(values.authorized);
    if (values.digitalTwin != null) builder.digitalTwinEnabled(values.digitalTwin);
    if (values.autoReply != null) builder.autoReplyEnabled(values.autoReply);
    if (values.targetChats != null) builder.targetChats(values.targetChats);
    return builder.build();
  }

  /** Shows the user's id only. */
  @Override
  public String toString() {
    return "SessionEdit[userId=" + values.userId + "]";
  }
}
