package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.Session;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Tests activating, deactivating and marking as authorized. */
abstract class FlagTests extends StreamingTests {

  @Test
  void deactivatesAndActivates() {
    saved(TestSessions.session("1"));
    assertThat(store.deactivate("sess_1")).as("deactivate an active one").isTrue();
    assertThat(found("1").active()).isFalse();
    assertThat(store.activate("sess_1")).as("activate an inactive one").isTrue();
    assertThat(found("1").active()).isTrue();
    assertThat(found("1").revision()).isEqualTo(3);
    assertThat(types("sess_1"))
        .containsExactly("session_activated", "session_deactivated", "session_created");
  }

  @Test
  void marksAsAuthorizedAndNot() {
    saved(TestSessions.session("1"));
    assertThat(store.markAuthorized("sess_1", true)).as("a change").isTrue();
    assertThat(found("1").authorized()).isTrue();
    assertThat(store.markAuthorized("sess_1", false)).as("a change back").isTrue();
    assertThat(found("1").authorized()).isFalse();
    assertThat(found("1").revision()).isEqualTo(3);
    assertThat(types("sess_1"))
        .containsExactly("session_unauthorized", "session_authorized", "session_created");
  }

  @Test
  void aFlagThatIsSetAlreadyChangesNothing() {
    Session active = saved(TestSessions.session("1"));
    Session inactive = saved(TestSessions.builder("2").active(false).authorized(true).build());
    assertThat(store.activate("sess_1")).as("activate an active one").isFalse();
    assertThat(store.markAuthorized("sess_1", false)).as("not authorized already").isFalse();
    assertThat(store.deactivate("sess_2")).as("deactivate an inactive one").isFalse();
    assertThat(store.markAuthorized("sess_2", true)).as("authorized already").isFalse();
    assertThat(found("1")).isEqualTo(active);
    assertThat(found("2")).isEqualTo(inactive);
    assertThat(log()).hasSize(2);
  }

  @Test
  void aFlagLeavesAllOtherValuesAndSessionsAlone() {
    Session session = saved(Samples.full("1"));
    Session other = saved(TestSessions.session("2"));
    store.activate("sess_1");
    store.markAuthorized("sess_1", false);
    assertThat(Samples.chosen(found("1")))
        .isEqualTo(Samples.chosen(session).toBuilder().active(true).authorized(false).build());
    assertThat(found("1").createdAt()).isEqualTo(session.createdAt());
    store.deactivate("sess_1");
    assertThat(Samples.chosen(found("1")))
        .isEqualTo(Samples.chosen(session).toBuilder().authorized(false).build());
    assertThat(found("2")).isEqualTo(other);
  }

  @Test
  void logsWhoseFlagChanged() {
    saved(TestSessions.session("1"));
    store.deactivate("sess_1");
    assertThat(newest("sess_1").userId()).isEqualTo("1");
    assertLogged("sess_1", "is_active");
    store.markAuthorized("sess_1", true);
    assertThat(newest("sess_1").userId()).isEqualTo("1");
    assertLogged("sess_1", "is_authorized");
  }

  private void refusesUnknownIds(String what, Consumer<String> call) {
    saved(TestSessions.session("1"));
    saved(TestSessions.builder("?").sessionId("?").build());
    List<Activity> before = log();
    for (String id : Samples.UNKNOWN_IDS) {
      refused(
          what + " of <%.40s>".formatted(id),
          SessionNotFoundException.class,
          () -> call.accept(id));
    }
    assertThat(log()).as("log").isEqualTo(before);
  }

  @Test
  void refusesToActivateUnknownSessions() {
    refusesUnknownIds("activation", store::activate);
    refused(SessionNotFoundException.class, () -> store.activate(Activity.ALL_SESSIONS));
  }

  @Test
  void refusesToDeactivateUnknownSessions() {
    refusesUnknownIds("deactivation", store::deactivate);
  }

  @Test
  void refusesToMarkUnknownSessions() {
    refusesUnknownIds("authorization", id -> store.markAuthorized(id, true));
    refusesUnknownIds("authorization", id -> store.markAuthorized(id, false));
  }
}
