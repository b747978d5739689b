package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Session;
import io.vibee.session.testkit.TestSessions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests noting that sessions are held. */
abstract class HeartbeatTests extends DeletingTests {

  @Test
  void touchSetsLastSeenAndNothingElse() {
    Session unseen = saved(Samples.full("1"));
    assertThat(store.touch(List.of("sess_1"))).isEqualTo(1);
    Session seen = found("1");
    assertThat(seen.lastSeenAt()).isNotNull();
    assertThat(seen.toBuilder().lastSeenAt(null).build()).isEqualTo(unseen);
    assertThat(seen.revision()).as("revision").isEqualTo(1);
    assertThat(types("sess_1")).as("log").containsExactly("session_created");
  }

  @Test
  void touchLeavesOtherSessionsAlone() {
    saved(TestSessions.session("1"));
    Session other = saved(TestSessions.session("2"));
    store.touch(Set.of("sess_1"));
    assertThat(found("2")).isEqualTo(other);
  }

  @Test
  void touchCountsTheSessionsThatExist() {
    for (String user : List.of("1", "2", "3")) saved(TestSessions.session(user));
    store.deactivate("sess_2");
    assertThat(store.touch(List.of())).as("none").isZero();
    List<String> ids = new ArrayList<>(Samples.UNKNOWN_IDS);
    assertThat(store.touch(ids)).as("only unknown ones").isZero();
    ids.addAll(List.of("sess_1", "sess_2", "sess_1"));
    assertThat(store.touch(ids)).as("two among unknown ones, one of them twice").isEqualTo(2);
    assertThat(found("2").lastSeenAt()).as("an inactive one").isNotNull();
    assertThat(found("3").lastSeenAt()).as("one that is not named").isNull();
  }

  @Test
  void touchSetsTheTimeOfTheStoresClock() {
    saved(TestSessions.session("1"));
    Instant earliest = createdNow("before");
    store.touch(List.of("sess_1"));
    Instant first = lastSeen();
    assertThat(first).isBetween(earliest, createdNow("between"));
    store.touch(List.of("sess_1"));
    assertThat(lastSeen()).as("touched again").isBetween(first, createdNow("after"));
  }

  private Instant lastSeen() {
    return Objects.requireNonNull(found("1").lastSeenAt(), "lastSeenAt");
  }

  private Instant createdNow(String user) {
    return Objects.requireNonNull(saved(TestSessions.session(user)).createdAt(), "createdAt");
  }
}
