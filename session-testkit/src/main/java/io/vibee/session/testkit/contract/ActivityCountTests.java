package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.ActivityCount;
import io.vibee.session.ActivityQuery;
import io.vibee.session.testkit.TestSessions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Tests counting the entries of the log. */
abstract class ActivityCountTests extends ExpectingTests {

  private List<Activity> someEntries() {
    saved(TestSessions.session("1"));
    for (int i = 0; i < 5; i++) {
      store.recordActivity("sess_1", i % 2 == 0 ? Activity.LOGIN : Activity.ERROR, Map.of());
    }
    store.recordActivity(Activity.ALL_SESSIONS, Activity.ERROR, Map.of());
    store.delete("sess_1");
    return store.activity(ActivityQuery.latest(ActivityQuery.MAXIMUM));
  }

  /** Counts the entries that the log returned. */
  private static ActivityCount counted(List<Activity> entries, Instant from, Duration span) {
    Instant end = from.plus(span);
    List<Activity> within =
        entries.stream()
            .filter(entry -> !entry.createdAt().isBefore(from) && entry.createdAt().isBefore(end))
            .toList();
    long errors = within.stream().filter(entry -> entry.type().equals(Activity.ERROR)).count();
    return new ActivityCount(from, within.size(), errors);
  }

  private void assertCounts(List<Activity> entries, Instant from, Duration span, int spans) {
    List<ActivityCount> expected =
        IntStream.range(0, spans)
            .mapToObj(i -> counted(entries, from.plus(span.multipliedBy(i)), span))
            .toList();
    assertThat(store.activityCounts(from, span, spans))
        .as("%s spans of %s from %s", spans, span, from)
        .isEqualTo(expected);
  }

  @Test
  void countsEntriesAndErrorsOfEverySpan() {
    List<Activity> entries = someEntries();
    Instant newest = entries.get(0).createdAt();
    assertCounts(entries, newest.minus(Duration.ofHours(1)), Duration.ofHours(2), 1);
    assertCounts(entries, newest.minus(Duration.ofDays(3)), Duration.ofDays(1), 7);
    assertCounts(entries, newest.minus(Duration.ofSeconds(990)), Duration.ofSeconds(1), 1000);
    assertCounts(entries, newest.plus(Duration.ofDays(1)), Duration.ofDays(1), 3);
    assertCounts(entries, Instant.parse("2001-02-03T04:05:06Z"), Duration.ofDays(365), 100);
  }

  @Test
  void countsTamperingAsErrors() {
    saved(TestSessions.session("1"));
    store.recordActivity("sess_1", Activity.TAMPERING_DETECTED, Map.of());
    Instant time = store.activity(ActivityQuery.latest(1)).get(0).createdAt();
    assertThat(store.activityCounts(time, Duration.ofSeconds(1), 1))
        .containsExactly(new ActivityCount(time, 1, 1));
  }

  @Test
  void aSpanHoldsItsStartAndNotItsEnd() {
    List<Activity> entries = someEntries();
    for (Activity entry : entries) {
      Instant time = entry.createdAt();
      assertCounts(entries, time, Duration.ofSeconds(1), 2);
      assertCounts(entries, time.plus(1, ChronoUnit.MICROS), Duration.ofSeconds(1), 2);
      assertCounts(entries, time.minus(Duration.ofSeconds(1)), Duration.ofSeconds(1), 2);
    }
  }

  @Test
  void countsFromTheMicrosecondOfAFinerTime() {
    Instant time = someEntries().get(0).createdAt();
    for (long nanos : List.of(1L, 999L)) {
      assertThat(
              store.activityCounts(time.plusNanos(nanos), Duration.ofSeconds(1), 1).get(0).count())
          .as("%s nanoseconds after an entry", nanos)
          .isPositive();
    }
  }

  @Test
  void countsInSpansOfFractionsOfASecond() {
    List<Activity> entries = someEntries();
    Instant newest = entries.get(0).createdAt();
    Duration span = Duration.ofMillis(1999);
    assertCounts(entries, newest.minus(span.multipliedBy(5)), span, 10);
    assertCounts(entries, newest.minus(Duration.ofMillis(1998)), span, 2);
    assertCounts(entries, newest.minus(span), span, 2);
  }

  @Test
  @ResourceLock(Resources.TIME_ZONE)
  void countsDoNotDependOnTheDefaultTimeZone() {
    List<Activity> entries = someEntries();
    TimeZone before = TimeZone.getDefault();
    try {
      for (String zone : List.of("Pacific/Chatham", "Pacific/Pago_Pago", "America/St_Johns")) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        Instant from = entries.get(0).createdAt().truncatedTo(ChronoUnit.DAYS);
        assertCounts(entries, from, Duration.ofHours(1), 24);
      }
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void refusesSpansOutOfBounds() {
    Instant from = Instant.parse("2026-11-22T00:00:00Z");
    for (Duration span :
        List.of(
            Duration.ZERO,
            Duration.ofMillis(999),
            Duration.ofSeconds(-1),
            Duration.ofDays(-1),
            Duration.ofDays(366).plusSeconds(1))) {
      refused(
          "a span of " + span,
          IllegalArgumentException.class,
          () -> store.activityCounts(from, span, 3));
    }
    for (int spans : List.of(0, -1, 1001, Integer.MAX_VALUE, Integer.MIN_VALUE)) {
      refused(
          spans + " spans",
          IllegalArgumentException.class,
          () -> store.activityCounts(from, Duration.ofHours(1), spans));
    }
    for (Instant start : List.of(Instant.MIN, Instant.MAX, Instant.parse("0000-12-31T23:59:59Z"))) {
      refused(
          "spans from " + start,
          IllegalArgumentException.class,
          () -> store.activityCounts(start, Duration.ofHours(1), 1));
    }
  }
}
