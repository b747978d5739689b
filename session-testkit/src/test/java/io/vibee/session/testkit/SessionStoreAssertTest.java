package io.vibee.session.testkit;

import static io.vibee.session.testkit.SessionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vibee.session.Activity;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SessionStoreAssertTest {
  private final InMemorySessionStore store = new InMemorySessionStore();

  @Test
  void knowsTheActiveUsersInTheirOrder() {
    assertThat(store).hasNoActiveSessions();
    store.save(TestSessions.session("2"));
    store.save(TestSessions.session("1"));
    store.save(TestSessions.builder("3").active(false).build());

    assertThat(store).hasActiveUsers("2", "1").hasNothingUnreadable();
    refuses(
        () -> assertThat(store).hasActiveUsers("1", "2"),
        "active users: expected [1, 2] but were [2, 1]");
    refuses(() -> assertThat(store).hasNoActiveSessions(), "expected [] but were [2, 1]");
  }

  @Test
  void findsTheSessionOfAUser() {
    store.save(TestSessions.builder("3").active(false).build());

    assertThat(store).hasSession("3").hasNoSession("4").sessionOf("3").isInactive();
    refuses(() -> assertThat(store).hasSession("4"), "user 4: expected a session");
    refuses(() -> assertThat(store).sessionOf("4"), "user 4: expected a session");
    refuses(() -> assertThat(store).hasNoSession("3"), "user 3: expected no session");
    refuses(() -> assertThat(store).sessionOf("3").isActive(), "[session of user 3] active:");
  }

  @Test
  void refusesASessionThatCannotBeRead() {
    store.save(TestSessions.session("5"));
    store.faults().undecryptable("sess_5");

    refuses(() -> assertThat(store).hasNothingUnreadable(), "session sess_5 of user 5");
    refuses(() -> assertThat(store).hasNoActiveSessions(), "session sess_5 of user 5");
  }

  @Test
  void readsTheLogOldestFirst() {
    store.save(TestSessions.session("1"));
    store.save(TestSessions.session("2"));
    store.recordActivity("sess_1", Activity.LOGIN, Map.of());
    store.recordActivity("sess_1", Activity.LOGOUT, Map.of());

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
}
