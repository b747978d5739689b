package io.vibee.session.testkit;

import static io.vibee.session.testkit.SessionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import io.vibee.session.UnreadableSession;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SessionStoreAssertTest {
  private final List<Session> sessions = new ArrayList<>();
  private final List<UnreadableSession> unreadable = new ArrayList<>();
  private final List<Activity> log = new ArrayList<>();
  private final SessionStore store = store();

  @Test
  void knowsTheActiveUsersInTheirOrder() {
    assertThat(store).hasNoActiveSessions();
    sessions.addAll(List.of(TestSessions.session("2"), TestSessions.session("1")));
    sessions.add(TestSessions.builder("3").active(false).build());

    assertThat(store).hasActiveUsers("2", "1").hasNothingUnreadable();
    refuses(
        () -> assertThat(store).hasActiveUsers("1", "2"),
        "active users: expected [1, 2] but were [2, 1]");
    refuses(() -> assertThat(store).hasNoActiveSessions(), "expected [] but were [2, 1]");
  }

  @Test
  void findsTheSessionOfAUser() {
    sessions.add(TestSessions.builder("3").active(false).build());

    assertThat(store).hasSession("3").hasNoSession("4").sessionOf("3").isInactive();
    refuses(() -> assertThat(store).hasSession("4"), "user 4: expected a session");
    refuses(() -> assertThat(store).sessionOf("4"), "user 4: expected a session");
    refuses(() -> assertThat(store).hasNoSession("3"), "user 3: expected no session");
    refuses(() -> assertThat(store).sessionOf("3").isActive(), "[session of user 3] active:");
  }

  @Test
  void refusesASessionThatCannotBeRead() {
    unreadable.add(
        new UnreadableSession("5", "sess_5", 1, true, UnreadableSession.Reason.TAMPERED));

    refuses(() -> assertThat(store).hasNothingUnreadable(), "session sess_5 of user 5");
    refuses(() -> assertThat(store).hasNoActiveSessions(), "session sess_5 of user 5");
  }

  @Test
  void readsTheLogOldestFirst() {
    logged("sess_1", Activity.SESSION_CREATED);
    logged("sess_2", Activity.SESSION_CREATED);
    logged("sess_1", Activity.LOGIN);
    logged("sess_1", Activity.LOGOUT);

    assertThat(store)
        .hasLogged("sess_1", Activity.LOGIN, Activity.LOGOUT)
        .hasLoggedOnly("sess_1", Activity.SESSION_CREATED, Activity.LOGIN, Activity.LOGOUT)
        .hasLoggedOnly("sess_3");
    refuses(
        () -> assertThat(store).hasLogged("sess_1", Activity.LOGOUT, Activity.LOGIN),
        "newest entries in the log of sess_1: expected [logout, login] but were [login, logout]");
    refuses(
        () -> assertThat(store).hasLoggedOnly("sess_1", Activity.LOGOUT),
        "entries in the log of sess_1: expected [logout] but were [login, logout]");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> assertThat(store).hasLogged("sess_1"));
  }

  @Test
  void refusesNoStore() {
    refuses(() -> assertThat((SessionStore) null).hasNothingUnreadable(), "not to be null");
  }

  private static void refuses(ThrowingCallable assertion, String message) {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(assertion)
        .withMessageContaining(message)
        .withMessageNotContaining("5550123");
  }

  private void logged(String sessionId, String type) {
    log.add(new Activity(log.size() + 1, sessionId, "1", type, Map.of(), Instant.EPOCH));
  }

  @SuppressWarnings("unchecked")
  private SessionStore store() {
    return (SessionStore)
        Proxy.newProxyInstance(
            SessionStore.class.getClassLoader(),
            new Class<?>[] {SessionStore.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "findByUserId" -> find((String) args[0]);
                  case "activity" -> activity((ActivityQuery) args[0]);
                  case "forEachActive" -> {
                    sessions.stream()
                        .filter(Session::active)
                        .forEach((Consumer<? super Session>) args[0]);
                    unreadable.forEach((Consumer<? super UnreadableSession>) args[1]);
                    yield null;
                  }
                  default -> "the store";
                });
  }

  private Optional<Session> find(String userId) {
    return sessions.stream().filter(session -> session.userId().equals(userId)).findAny();
  }

  private List<Activity> activity(ActivityQuery query) {
    List<Activity> newestFirst = new ArrayList<>(log);
    Collections.reverse(newestFirst);
    return newestFirst.stream()
        .filter(entry -> entry.sessionId().equals(query.sessionId()))
        .limit(query.limit())
        .toList();
  }
}
