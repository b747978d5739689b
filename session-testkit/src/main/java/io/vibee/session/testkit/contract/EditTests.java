package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SaveResult;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Session;
import io.vibee.session.SessionBuilder;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.SessionIncompleteException;
import io.vibee.session.SessionSummary;
import io.vibee.session.testkit.TestSessions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Tests changing the values that an edit names. */
abstract class EditTests extends EveryStreamTests {

  static SessionEditBuilder fresh(String userId) {
    return SessionEdit.of(userId)
        .sessionId(TestSessions.sessionId(userId))
        .apiId(TestSessions.API_ID)
        .apiHash(TestSessions.apiHash(userId));
  }

  /** Returns the changes of {@link Samples#changes()} as edits. */
  private static Map<String, UnaryOperator<SessionEditBuilder>> edits() {
    Map<String, UnaryOperator<SessionEditBuilder>> edits = new LinkedHashMap<>();
    edits.put("session_id", edit -> edit.sessionId("sess_other"));
    edits.put("api_id", edit -> edit.apiId(7));
    edits.put("api_hash", edit -> edit.apiHash(TestSessions.apiHash("other")));
    edits.put("username", edit -> edit.username("other"));
    edits.put("phone", edit -> edit.phone(null));
    edits.put("is_active", edit -> edit.active(false));
    edits.put("is_authorized", edit -> edit.authorized(true));
    edits.put("digital_twin_enabled", edit -> edit.digitalTwinEnabled(true));
    edits.put("auto_reply_enabled", edit -> edit.autoReplyEnabled(false));
    edits.put("target_chats", edit -> edit.targetChats(List.of("-1001", "@chat")));
    return edits;
  }

  private static UnaryOperator<SessionBuilder> change(String name) {
    return Objects.requireNonNull(Samples.changes().get(name), name);
  }

  @Test
  void anEditAddsASessionWithTheDefaultsOfANewOne() {
    SaveResult<SessionSummary> added = store.edit(fresh("1").build());
    assertThat(added.outcome()).isEqualTo(Outcome.CREATED);
    assertThat(Samples.chosen(found("1")))
        .isEqualTo(Samples.chosen(fresh("1").build().toNewSession()));
    assertThat(added.session()).isEqualTo(summary("1"));
    assertThat(added.session().revision()).isEqualTo(1);
    assertThat(types("sess_1")).containsExactly("session_created");
    assertThat(newest("sess_1").userId()).isEqualTo("1");
  }

  @Test
  void anEditAddsASessionWithTheValuesThatItNames() {
    Session full = Samples.full("1");
    assertThat(store.edit(SessionEdit.of(full).build()).outcome()).isEqualTo(Outcome.CREATED);
    assertThat(Samples.chosen(found("1"))).isEqualTo(Samples.chosen(full));
  }

  @Test
  void anEditChangesOnlyTheValueThatItNames() {
    edits()
        .forEach(
            (name, edit) -> {
              String user = "of_" + name;
              Session before = saved(TestSessions.session(user));
              store.touch(List.of(before.sessionId()));
              SaveResult<SessionSummary> result =
                  store.edit(edit.apply(SessionEdit.of(user)).build());
              assertThat(result.outcome()).as(name).isEqualTo(Outcome.UPDATED);
              Session wanted = change(name).apply(Samples.chosen(before).toBuilder()).build();
              Session after = found(user);
              assertThat(Samples.chosen(after)).as("after an edit of " + name).isEqualTo(wanted);
              assertThat(after.lastSeenAt()).isNotNull();
              assertThat(after.createdAt()).isEqualTo(before.createdAt());
              assertThat(result.session()).isEqualTo(summary(user));
              assertThat(result.session().revision()).isEqualTo(2);
              assertLogged(after.sessionId(), name);
              assertThat(newest(after.sessionId()).userId()).isEqualTo(user);
              store.delete(after.sessionId());
            });
  }

  @Test
  void anEditOfOneFlagIsLoggedAsThatFlag() {
    saved(TestSessions.session("1"));
    store.edit(SessionEdit.of("1").active(false).build());
    store.edit(SessionEdit.of("1").active(true).build());
    store.edit(SessionEdit.of("1").authorized(true).build());
    store.edit(SessionEdit.of("1").authorized(false).active(false).build());
    assertThat(types("sess_1"))
        .containsExactly(
            "session_updated",
            "session_authorized",
            "session_activated",
            "session_deactivated",
            "session_created");
  }

  @Test
  void anEditOfTheStoredValuesChangesNothing() {
    Session full = saved(Samples.full("1"));
    SessionSummary before = summary("1");
    for (SessionEdit edit : List.of(SessionEdit.of("1").build(), SessionEdit.of(full).build())) {
      assertThat(store.edit(edit)).isEqualTo(new SaveResult<>(before, Outcome.UNCHANGED));
      assertThat(found("1")).isEqualTo(full);
    }
    assertThat(types("sess_1")).containsExactly("session_created");
  }

  @Test
  void anEditNamesWhatANewSessionLacks() {
    Map<SessionEdit, List<String>> lacking = new LinkedHashMap<>();
    lacking.put(SessionEdit.of("1").build(), List.of("sessionId", "apiId", "apiHash"));
    lacking.put(SessionEdit.of("1").apiId(1).phone("+1").build(), List.of("sessionId", "apiHash"));
    lacking.put(
        SessionEdit.of("1").sessionId("s").apiHash(TestSessions.apiHash("1")).build(),
        List.of("apiId"));
    lacking.forEach(
        (edit, missing) ->
            assertThat(refused(SessionIncompleteException.class, () -> store.edit(edit)).missing())
                .isEqualTo(missing));
    assertThat(store.summaryOfUser("1")).isEmpty();
    assertThat(log()).as("log").isEmpty();
  }

  @Test
  void anEditRefusesTheSessionIdOfAnotherUserAndChangesNothing() {
    Session owner = saved(TestSessions.session("1"));
    Session other = saved(TestSessions.session("2"));
    for (SessionEdit edit :
        List.of(
            SessionEdit.of("2").sessionId("sess_1").phone("+2").build(),
            fresh("3").sessionId("sess_1").build())) {
      refused(edit.toString(), SessionConflictException.class, () -> store.edit(edit));
    }
    assertThat(found("1")).isEqualTo(owner);
    assertThat(found("2")).isEqualTo(other);
    assertThat(store.summaryOfUser("3")).isEmpty();
    assertThat(log()).as("log").hasSize(2);
  }

  @Test
  void anEditAndASaveSeeEachOther() {
    saved(TestSessions.builder("1").targetChats(List.of("5", "{\"a\": 1}")).build());
    store.edit(SessionEdit.of("1").sessionId("sess_new").apiId(9).build());
    Session edited = found("1");
    assertThat(edited.apiHash()).as("hash").isEqualTo(TestSessions.apiHash("1"));
    assertThat(store.findBySessionId("sess_1")).isEmpty();
    assertThat(newest("sess_new").details()).containsEntry("previous_session_id", "sess_1");
    assertThat(saved(edited)).as("saved as it was read").isEqualTo(edited);
  }
}
