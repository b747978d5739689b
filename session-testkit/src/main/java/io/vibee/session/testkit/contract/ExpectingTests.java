package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Tests edits that expect a revision, and edits of many threads at once. */
abstract class ExpectingTests extends EditAllTests {

  private SessionRevision refusedEdit(SessionEdit edit) {
    return refused(SessionChangedException.class, () -> store.edit(edit)).found();
  }

  @Test
  void anEditOfTheExpectedRevisionSucceeds() {
    SessionSummary read = store.edit(fresh("1").expecting(SessionRevision.NONE).build()).session();
    SessionSummary changed =
        store.edit(SessionEdit.of("1").phone("+1").expecting(read.at()).build()).session();
    assertThat(changed.phone()).isEqualTo("+1");
    assertThat(changed.at()).isEqualTo(new SessionRevision(read.id(), 2));
    store.touch(List.of("sess_1"));
    assertThat(
            store.edit(SessionEdit.of("1").phone("+2").expecting(changed.at()).build()).outcome())
        .as("a heartbeat does not count as a change")
        .isEqualTo(Outcome.UPDATED);
  }

  @Test
  void anEditOfAnotherRevisionIsRefusedAndChangesNothing() {
    SessionSummary read = store.edit(fresh("1").build()).session();
    store.deactivate("sess_1");
    SessionSummary now = summary("1");
    for (SessionRevision wrong :
        List.of(
            read.at(),
            SessionRevision.NONE,
            new SessionRevision(read.id() + 1, 2),
            new SessionRevision(read.id(), 3))) {
      assertThat(refusedEdit(SessionEdit.of("1").phone("+2").expecting(wrong).build()))
          .as("what is found where %s is expected", wrong)
          .isEqualTo(now.at());
      assertThat(refusedEdit(SessionEdit.of("1").expecting(wrong).build()))
          .as("by an edit that would change nothing")
          .isEqualTo(now.at());
    }
    assertThat(summary("1")).isEqualTo(now);
    assertThat(types("sess_1")).containsExactly("session_deactivated", "session_created");
  }

  @Test
  void anEditThatExpectsASessionDoesNotAddOne() {
    SessionRevision gone = store.edit(fresh("1").build()).session().at();
    store.delete("sess_1");
    for (SessionEdit edit :
        List.of(
            fresh("1").expecting(gone).build(),
            SessionEdit.of("1").expecting(gone).build(),
            fresh("2").expecting(gone).build())) {
      assertThat(refusedEdit(edit)).isEqualTo(SessionRevision.NONE);
    }
    assertThat(store.counts().active()).isZero();
  }

  @Test
  void aSessionThatWasDeletedAndAddedAgainIsAnotherOne() {
    SessionRevision read = store.edit(fresh("1").build()).session().at();
    store.delete("sess_1");
    SessionRevision again = store.edit(fresh("1").build()).session().at();
    assertThat(again).isNotEqualTo(read);
    assertThat(refusedEdit(SessionEdit.of("1").phone("+2").expecting(read).build()))
        .isEqualTo(again);
  }

  private long succeeded(IntFunction<SessionEdit> edit) {
    return Threads.together(i -> (Callable<Boolean>) () -> tried(edit.apply(i))).stream()
        .filter(Threads.Outcome::orThrow)
        .count();
  }

  private boolean tried(SessionEdit edit) {
    try {
      store.edit(edit);
      return true;
    } catch (SessionChangedException | SessionConflictException e) {
      return false;
    }
  }

  @Test
  void onlyOneOfTheEditsExpectingARevisionSucceeds() {
    for (int round = 0; round < 5; round++) {
      String user = "u" + round;
      SessionRevision read = store.edit(fresh(user).build()).session().at();
      assertThat(succeeded(i -> SessionEdit.of(user).phone("+" + i).expecting(read).build()))
          .isEqualTo(1);
      assertThat(summary(user).revision()).isEqualTo(2);
    }
  }

  @Test
  void onlyOneOfTheEditsExpectingNoSessionSucceeds() {
    for (int round = 0; round < 5; round++) {
      String user = "u" + round;
      assertThat(succeeded(i -> fresh(user).phone("+" + i).expecting(SessionRevision.NONE).build()))
          .isEqualTo(1);
      assertThat(types(TestSessions.sessionId(user))).containsExactly("session_created");
    }
  }

  @Test
  void onlyOneOfTheEditsTakingASessionIdSucceeds() {
    for (int round = 0; round < 5; round++) {
      String id = "sess_of_round_" + round;
      String user = round + "-";
      assertThat(succeeded(i -> fresh(user + i).sessionId(id).build())).isEqualTo(1);
      assertThat(types(id)).containsExactly("session_created");
    }
    assertThat(store.counts().active()).isEqualTo(5);
  }

  @Test
  void editsOfDifferentValuesAtOnceAllLast() {
    for (int round = 0; round < 5; round++) {
      String user = "u" + round;
      saved(TestSessions.builder(user).username(null).phone(null).build());
      assertThat(
              succeeded(
                  i ->
                      switch (i % 4) {
                        case 0 -> SessionEdit.of(user).phone("+1").build();
                        case 1 -> SessionEdit.of(user).username("name").build();
                        case 2 -> SessionEdit.of(user).apiId(7).build();
                        default -> SessionEdit.of(user).active(false).build();
                      }))
          .isEqualTo(Threads.COUNT);
      SessionSummary after = summary(user);
      assertThat(after.phone()).isEqualTo("+1");
      assertThat(after.username()).isEqualTo("name");
      assertThat(after.apiId()).isEqualTo(7);
      assertThat(after.active()).isFalse();
      assertThat(after.revision()).as("one revision for each value").isEqualTo(5);
      assertThat(types(after.sessionId())).as("one entry for each").hasSize(5);
      assertThat(found(user).apiHash()).as("hash").isEqualTo(TestSessions.apiHash(user));
    }
  }
}
