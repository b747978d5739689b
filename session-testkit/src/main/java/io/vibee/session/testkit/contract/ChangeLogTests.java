package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.Session;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Tests the entries that the store itself adds to the log. */
abstract class ChangeLogTests extends ChatsTests {

  /**
   * Types of entries for changes that have one of their own in place of {@link
   * Activity#SESSION_UPDATED}.
   */
  private static final Map<String, String> OWN_TYPES =
      Map.of(
          "is_active", Activity.SESSION_DEACTIVATED, "is_authorized", Activity.SESSION_AUTHORIZED);

  @Test
  void logsAnAddedSession() {
    saved(TestSessions.session("1"));
    assertThat(log()).hasSize(1);
    assertThat(newest("sess_1").type()).isEqualTo(Activity.SESSION_CREATED);
    assertThat(newest("sess_1").userId()).isEqualTo("1");
  }

  @Test
  void logsWhichValueChanged() {
    Samples.changes()
        .forEach(
            (name, change) -> {
              String user = "of_" + name;
              saved(TestSessions.session(user));
              Session changed = saved(change.apply(TestSessions.builder(user)).build());
              assertThat(changed.revision()).as("revision, by " + name).isEqualTo(2);
              Activity entry = newest(changed.sessionId());
              assertThat(entry.type())
                  .as("type, by " + name)
                  .isEqualTo(OWN_TYPES.getOrDefault(name, Activity.SESSION_UPDATED));
              assertLogged(changed.sessionId(), name);
              assertThat(entry.userId()).isEqualTo(user);
              store.delete(changed.sessionId());
            });
  }

  @Test
  void logsAllValuesThatChangedInOneEntry() {
    saved(TestSessions.session("1"));
    saved(Samples.full("1").toBuilder().sessionId("sess_new").build());
    assertThat(log()).hasSize(2);
    assertThat(newest("sess_new").type()).isEqualTo(Activity.SESSION_UPDATED);
    assertThat(newest("sess_new").details().get("changed"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .containsExactlyInAnyOrderElementsOf(Samples.changes().keySet());
  }

  @Test
  void logsThePreviousIdOfASessionWhoseIdChanged() {
    saved(TestSessions.session("1"));
    saved(TestSessions.builder("1").sessionId("sess_new").build());
    assertThat(newest("sess_new").details()).containsEntry("previous_session_id", "sess_1");
    assertThat(types("sess_1")).as("under the earlier id").containsExactly("session_created");
    saved(TestSessions.builder("1").sessionId("sess_new").phone(null).build());
    assertThat(newest("sess_new").details()).doesNotContainKey("previous_session_id");
  }

  @Test
  void logsNoValueThatChanged() {
    UnaryOperator<String> secret = name -> "value-of-" + name;
    saved(TestSessions.session("1"));
    saved(
        TestSessions.builder("1")
            .username(secret.apply("username"))
            .phone(secret.apply("phone"))
            .targetChats(List.of(secret.apply("chat")))
            .build());
    store.delete("sess_1");
    assertThat(log()).hasSize(3);
    for (Activity entry : log()) {
      assertThat(entry.details().toString())
          .as(entry.type())
          .doesNotContain("value-of", "0123456789abcdef");
    }
  }
}
