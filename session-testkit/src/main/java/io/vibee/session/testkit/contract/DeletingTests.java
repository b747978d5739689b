package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests deleting a session, whose log stays. */
abstract class DeletingTests extends FlagTests {

  @Test
  void deletesASessionForGood() {
    Session other = saved(TestSessions.session("2"));
    saved(TestSessions.session("1"));
    assertThat(store.delete("sess_1")).as("there was one").isTrue();
    assertThat(store.findByUserId("1")).isEmpty();
    assertThat(store.findBySessionId("sess_1")).isEmpty();
    assertThat(store.touch(List.of("sess_1"))).isZero();
    assertThat(activeUsers()).containsExactly("2");
    assertThat(store.delete("sess_1")).as("there is none any more").isFalse();
    assertThat(found("2")).isEqualTo(other);
  }

  @Test
  void deletesInactiveSessionsToo() {
    saved(TestSessions.builder("1").active(false).build());
    assertThat(store.delete("sess_1")).isTrue();
    assertThat(store.findByUserId("1")).isEmpty();
  }

  @Test
  void theLogOutlivesTheSession() {
    saved(TestSessions.session("1"));
    store.recordActivity("sess_1", Activity.MESSAGE_SENT, Map.of("chat", "@name"));
    store.delete("sess_1");
    assertThat(types("sess_1"))
        .containsExactly("session_deleted", "message_sent", "session_created");
    assertThat(log("sess_1")).extracting(Activity::userId).containsOnly("1");
  }

  @Test
  void aSessionThatIsAddedAgainStartsFresh() {
    Session first = saved(Samples.full("1"));
    store.touch(List.of("sess_1"));
    store.delete("sess_1");
    SaveResult<Session> again = store.save(TestSessions.session("1"));
    assertThat(again.created()).as("created").isTrue();
    assertThat(again.session().revision()).isEqualTo(1);
    assertThat(again.session().lastSeenAt()).isNull();
    assertThat(again.session().createdAt()).isAfterOrEqualTo(first.createdAt());
    assertThat(Samples.chosen(again.session()))
        .isEqualTo(Samples.chosen(TestSessions.session("1")));
    assertThat(types("sess_1"))
        .containsExactly("session_created", "session_deleted", "session_created");
  }

  @Test
  void deletesNothingByUnknownIds() {
    saved(TestSessions.session("1"));
    saved(TestSessions.builder("?").sessionId("?").build());
    for (String id : Samples.UNKNOWN_IDS) {
      assertThat(store.delete(id)).as("delete of <%.40s>", id).isFalse();
    }
    assertThat(store.delete(Activity.ALL_SESSIONS)).isFalse();
    assertThat(activeUsers()).containsExactly("1", "?");
    assertThat(log()).as("log").hasSize(2);
  }
}
