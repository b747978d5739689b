package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vibee.session.Activity;
import io.vibee.session.Session;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionStore;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.testkit.TestSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests sessions that cannot be read, in any store. */
abstract class UnreadableTests extends ContractTests<SessionStore> {

  /**
   * Damages a stored hash.
   *
   * @param damagedStore the store from {@link #createStore}
   * @param sessionId a session of that store
   */
  protected abstract void damage(SessionStore damagedStore, String sessionId);

  /** Saves sessions of users 1 and up, and damages some of them. */
  final void saveAndDamage(int sessions, int... damaged) {
    for (int i = 1; i <= sessions; i++) saved(TestSessions.session("" + i));
    for (int user : damaged) damage(store, TestSessions.sessionId("" + user));
  }

  /** Streams the sessions and returns their users, with an exclamation mark for unreadable ones. */
  final List<String> streamed() {
    List<String> seen = new ArrayList<>();
    store.forEachActive(s -> seen.add(s.userId()), u -> seen.add(u.userId() + "!"));
    return seen;
  }

  final void assertUnreadable(String userId) {
    String sessionId = TestSessions.sessionId(userId);
    for (UnreadableSessionException thrown :
        List.of(
            refused(UnreadableSessionException.class, () -> store.findByUserId(userId)),
            refused(UnreadableSessionException.class, () -> store.findBySessionId(sessionId)))) {
      assertThat(thrown.session().userId()).isEqualTo(userId);
      assertThat(thrown.session().sessionId()).isEqualTo(sessionId);
      assertThat(thrown).hasMessageContaining(sessionId);
    }
  }

  @Test
  void aFindThrowsAndFindsTheOthers() {
    saveAndDamage(3, 2);
    assertUnreadable("2");
    assertThat(found("1").apiHash()).isEqualTo(TestSessions.apiHash("1"));
    assertThat(found("3").apiHash()).isEqualTo(TestSessions.apiHash("3"));
  }

  @Test
  void aStreamReportsItInItsPlaceAndContinues() {
    saveAndDamage(5, 1, 3, 5);
    assertThat(streamed()).containsExactly("1!", "2", "3!", "4", "5!");
  }

  @Test
  void aStreamOfThoseThatAreNamedReportsItAndContinues() {
    saveAndDamage(5, 1, 3, 5);
    store.deactivate("sess_3");
    List<String> seen = new ArrayList<>();
    store.forEachById(
        List.of("sess_1", "sess_2", "sess_3", "sess_4", "unknown"),
        s -> seen.add(s.userId()),
        u -> seen.add(u.userId() + "!"));
    assertThat(seen).containsExactlyInAnyOrder("1!", "2", "3!", "4");
  }

  @Test
  void aStreamReportsManyInARow() {
    saveAndDamage(6, 2, 3, 4, 5, 6);
    assertThat(streamed()).containsExactly("1", "2!", "3!", "4!", "5!", "6!");
    damage(store, "sess_1");
    assertThat(streamed()).containsExactly("1!", "2!", "3!", "4!", "5!", "6!");
  }

  @Test
  void aReportHoldsTheIdsAndNoHash() {
    saveAndDamage(1, 1);
    List<UnreadableSession> reported = new ArrayList<>();
    store.forEachActive(session -> {}, reported::add);
    assertThat(reported).hasSize(1);
    assertThat(reported.get(0).userId()).isEqualTo("1");
    assertThat(reported.get(0).sessionId()).isEqualTo("sess_1");
    assertThat(reported.get(0).active()).as("active").isTrue();
    assertThat(reported.get(0).toString().contains(TestSessions.apiHash("1").exposeSecret()))
        .as("the hash is in the report")
        .isFalse();
  }

  @Test
  void anInactiveOneIsNotStreamed() {
    saveAndDamage(2, 1);
    store.deactivate("sess_1");
    assertThat(streamed()).containsExactly("2");
    assertUnreadable("1");
  }

  @Test
  void anExceptionFromTheConsumerOfUnreadableOnesEndsTheStream() {
    saveAndDamage(3, 2);
    RuntimeException thrown = new IllegalStateException("enough");
    for (int i = 0; i < 8; i++) {
      List<String> seen = new ArrayList<>();
      Throwable caught =
          catchThrowable(
              () ->
                  store.forEachActive(
                      session -> seen.add(session.userId()),
                      unreadable -> {
                        throw thrown;
                      }));
      assertThat(caught).isSameAs(thrown);
      assertThat(seen).containsExactly("1");
    }
    assertThat(streamed()).as("later").containsExactly("1", "2!", "3");
  }

  @Test
  void aSaveRepairsIt() {
    saveAndDamage(3, 2, 3);
    Session repaired = saved(TestSessions.session("2"));
    assertThat(Samples.chosen(repaired)).isEqualTo(Samples.chosen(TestSessions.session("2")));
    assertThat(found("2")).isEqualTo(repaired);
    Session other = TestSessions.builder("3").apiHash(TestSessions.apiHash("other")).build();
    assertThat(store.save(other).created()).as("created").isFalse();
    assertThat(found("3").apiHash()).isEqualTo(TestSessions.apiHash("other"));
    assertThat(streamed()).containsExactly("1", "2", "3");
  }

  @Test
  void itIsDeactivatedActivatedAndMarked() {
    saveAndDamage(1, 1);
    assertThat(store.deactivate("sess_1")).as("deactivate").isTrue();
    assertThat(streamed()).isEmpty();
    assertThat(store.activate("sess_1")).as("activate").isTrue();
    assertThat(store.markAuthorized("sess_1", true)).as("markAuthorized").isTrue();
    assertThat(types("sess_1"))
        .contains("session_deactivated", "session_activated", "session_authorized");
    assertUnreadable("1");
  }

  @Test
  void itIsTouchedAndReported() {
    saveAndDamage(2, 1);
    assertThat(store.touch(List.of("sess_1", "sess_2"))).as("touched").isEqualTo(2);
    assertThat(
            store.report(
                List.of(
                    SessionReport.authorized("sess_1")
                        .andThen(SessionReport.failed("sess_1", "broken")))))
        .as("reported")
        .containsExactly("sess_1");
    store.recordActivity("sess_1", Activity.MESSAGE_SENT, Map.of());
    assertThat(types("sess_1")).contains("login", "session_authorized", "error", "message_sent");
    assertUnreadable("1");
  }

  @Test
  void itIsDeleted() {
    saveAndDamage(2, 1);
    assertThat(store.delete("sess_1")).isTrue();
    assertThat(store.findByUserId("1")).isEmpty();
    assertThat(streamed()).containsExactly("2");
    assertThat(types("sess_1")).contains("session_deleted", "session_created");
    saved(TestSessions.session("1"));
    assertThat(streamed()).containsExactly("2", "1");
  }
}
