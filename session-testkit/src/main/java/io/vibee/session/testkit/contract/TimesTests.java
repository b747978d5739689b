package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.Session;
import io.vibee.session.testkit.TestSessions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Tests the store's times. */
abstract class TimesTests extends ConcurrentChangeTests {

  private static Instant there(@Nullable Instant time) {
    return Objects.requireNonNull(time, "a time");
  }

  @Test
  void createdStaysAndUpdatedFollowsChanges() {
    Session added = saved(TestSessions.session("1"));
    assertThat(added.updatedAt()).isAfterOrEqualTo(there(added.createdAt()));
    Instant between = there(saved(TestSessions.session("2")).createdAt());
    store.touch(List.of("sess_1"));
    saved(TestSessions.session("1"));
    store.activate("sess_1");
    store.recordActivity("sess_1", Activity.LOGIN, java.util.Map.of());
    assertThat(found("1").updatedAt()).as("nothing changed").isEqualTo(added.updatedAt());
    Instant last = between;
    List<Runnable> changes =
        List.of(
            () -> store.deactivate("sess_1"),
            () -> store.markAuthorized("sess_1", true),
            () -> saved(TestSessions.builder("1").phone(null).build()));
    for (Runnable change : changes) {
      change.run();
      Session changed = found("1");
      assertThat(changed.createdAt()).isEqualTo(added.createdAt());
      assertThat(changed.updatedAt()).isAfterOrEqualTo(last);
      last = there(changed.updatedAt());
    }
  }

  @Test
  void anEntryHasTheTimeOfItsChange() {
    Session added = saved(TestSessions.session("1"));
    assertThat(newest("sess_1").createdAt())
        .isBetween(there(added.createdAt()), there(saved(TestSessions.session("2")).createdAt()));
    store.deactivate("sess_1");
    Instant after = there(saved(TestSessions.session("3")).createdAt());
    assertThat(newest("sess_1").createdAt()).isBetween(there(added.createdAt()), after);
  }

  @Test
  void timesAreInMicroseconds() {
    List<Instant> times = new ArrayList<>();
    for (Session session : TestSessions.sessions(20)) {
      Session added = saved(session);
      store.touch(List.of(session.sessionId()));
      times.add(there(added.createdAt()));
      times.add(there(added.updatedAt()));
      times.add(there(found(session.userId()).lastSeenAt()));
      times.add(newest(session.sessionId()).createdAt());
    }
    assertThat(times)
        .as("nothing finer than microseconds")
        .allMatch(time -> time.equals(time.truncatedTo(ChronoUnit.MICROS)))
        .as("nothing coarser than microseconds")
        .anyMatch(time -> !time.equals(time.truncatedTo(ChronoUnit.MILLIS)));
  }

  @Test
  @ResourceLock(Resources.TIME_ZONE)
  void timesDoNotDependOnTheDefaultTimeZone() {
    TimeZone before = TimeZone.getDefault();
    List<List<Instant>> perZone = new ArrayList<>();
    try {
      for (String zone :
          List.of("Pacific/Chatham", "Pacific/Pago_Pago", "America/St_Johns", "Asia/Kolkata")) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        String user = "u" + perZone.size();
        saved(TestSessions.session(user));
        store.touch(List.of(TestSessions.sessionId(user)));
        perZone.add(times(user));
      }
      for (String zone : List.of("Pacific/Chatham", "Pacific/Pago_Pago", "UTC")) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        for (int user = 0; user < perZone.size(); user++) {
          assertThat(times("u" + user)).as("read in %s", zone).isEqualTo(perZone.get(user));
        }
      }
    } finally {
      TimeZone.setDefault(before);
    }
    Instant first = perZone.get(0).get(0);
    assertThat(perZone)
        .as("written within moments of each other")
        .allSatisfy(
            times ->
                assertThat(times)
                    .allMatch(
                        time ->
                            Duration.between(first, time).abs().compareTo(Duration.ofMinutes(10))
                                < 0));
  }

  private List<Instant> times(String user) {
    Session session = found(user);
    return List.of(
        there(session.createdAt()),
        there(session.updatedAt()),
        there(session.lastSeenAt()),
        newest(session.sessionId()).createdAt());
  }
}
