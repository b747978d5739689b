package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Session;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.SessionReport;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.contract.Threads.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Tests flags, heartbeats and deletions by many threads at once. */
abstract class ConcurrentChangeTests extends ConcurrencyTests {
  private static final int ROUNDS = 30;

  private static long count(List<Outcome<Boolean>> outcomes) {
    return outcomes.stream().filter(Outcome::orThrow).count();
  }

  @Test
  void eachChangeOfAFlagIsOneRevisionAndOneEntry() {
    saved(TestSessions.session("1"));
    long changes = 0;
    for (int round = 0; round < ROUNDS / 3; round++) {
      changes +=
          count(
              Threads.together(
                  i -> () -> i % 2 == 0 ? store.deactivate("sess_1") : store.activate("sess_1")));
      changes += count(Threads.together(i -> () -> store.markAuthorized("sess_1", i % 2 == 0)));
    }
    assertThat(found("1").revision() - 1).as("changes").isEqualTo(changes);
    assertThat(types("sess_1")).as("entries").hasSize((int) changes + 1);
  }

  @Test
  void oneOfTheDeletionsFindsTheSession() {
    for (int round = 0; round < ROUNDS / 3; round++) {
      saved(TestSessions.session("1"));
      assertThat(count(Threads.together(i -> () -> store.delete("sess_1")))).isEqualTo(1);
    }
    assertThat(types("sess_1")).hasSize(2 * (ROUNDS / 3));
  }

  @Test
  void aChangeAndADeletionAtOnceHappenOneAfterTheOther() {
    for (int round = 0; round < ROUNDS; round++) {
      String user = "r" + round;
      String id = TestSessions.sessionId(user);
      saved(TestSessions.session(user));
      List<Callable<Boolean>> calls =
          List.of(
              () -> store.delete(id),
              () -> foundAndChanged(() -> store.deactivate(id)),
              () -> foundAndChanged(() -> store.markAuthorized(id, true)));
      List<Outcome<Boolean>> outcomes = Threads.together(calls);
      assertThat(outcomes.get(0).orThrow()).as("deleted").isTrue();
      assertThat(store.findByUserId(user)).as("brought back by a change").isEmpty();
      assertThat(types(id).get(0)).as("the last entry").isEqualTo("session_deleted");
      assertThat(types(id)).as("entries").hasSize(1 + (int) count(outcomes));
    }
  }

  /** Checks that a session that was found was changed, since nothing else sets its flag. */
  private static boolean foundAndChanged(Callable<Boolean> change) throws Exception {
    try {
      assertThat(change.call()).as("a change of a session that was found").isTrue();
      return true;
    } catch (SessionNotFoundException e) {
      return false;
    }
  }

  private List<String> savedIds(int count) {
    List<String> ids = new ArrayList<>();
    for (Session session : TestSessions.sessions(count)) ids.add(saved(session).sessionId());
    return ids;
  }

  @Test
  void touchesFromTwoSidesDoNotBlockEachOther() {
    List<String> ids = savedIds(30);
    List<String> reversed = new ArrayList<>(ids);
    Collections.reverse(reversed);
    for (int round = 0; round < 5; round++) {
      Threads.<Integer>together(i -> () -> store.touch(i % 2 == 0 ? ids : reversed))
          .forEach(touched -> assertThat(touched.orThrow()).isEqualTo(30));
    }
  }

  @Test
  void reportsFromTwoSidesLogEachChangeOnce() {
    List<String> ids = savedIds(20);
    List<String> reversed = new ArrayList<>(ids);
    Collections.reverse(reversed);
    Threads.<Set<String>>together(
            i -> {
              boolean in = i % 2 == 0;
              List<SessionReport> reports =
                  (in ? ids : reversed).stream().map(id -> SessionReport.of(id, in)).toList();
              return () -> store.report(reports);
            })
        .forEach(reported -> assertThat(reported.orThrow()).hasSize(20));
    store.forEachActive(
        session ->
            assertThat(types(session.sessionId()))
                .filteredOn(type -> type.equals("login") || type.equals("logout"))
                .as("logins and logouts of a session with %s changes", session.revision() - 1)
                .hasSize((int) session.revision() - 1),
        unreadable -> {});
  }
}
