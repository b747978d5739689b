package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A load that tells how far it has come, by a clock that each session moves. */
@Isolated("another test reads the loader's log")
class LoadProgressTest {
  private final List<Long> told = new ArrayList<>();

  /** As System.nanoTime, which starts anywhere and may pass the end of the numbers. */
  private long now = Long.MAX_VALUE - 1;

  private LoadReport load(Duration each, LongConsumer progress, String... users) {
    try (SessionLoader loader = SessionLoader.of(SessionSource.ofAllActive(new FakeStore(users)))) {
      return loader.forEach(
          session -> {},
          new PacedProgress(
              progress,
              () -> {
                now += each.toNanos();
                return now;
              }));
    }
  }

  @Test
  void tellsOnceASecondHowManyWereRead() {
    load(Duration.ofMillis(400), told::add, "1", "2", "3", "4", "5", "6", "7");
    assertThat(told).containsExactly(3L, 6L);
  }

  @Test
  void countsSkippedOnesToo() {
    LoadReport report = load(Duration.ofSeconds(1), told::add, "1", "!2", "!3", "4");
    assertThat(told).containsExactly(1L, 2L, 3L, 4L);
    assertThat(report.loaded()).isEqualTo(2);
  }

  @Test
  void tellsNothingOfAShortLoad() {
    load(Duration.ofMillis(10), told::add, "1", "2", "3", "!4");
    assertThat(told).isEmpty();
  }

  @Test
  void whatItThrowsEndsTheLoad() {
    RuntimeException enough = new IllegalStateException("enough");
    assertThatThrownBy(
            () ->
                load(
                    Duration.ofSeconds(1),
                    read -> {
                      told.add(read);
                      if (read == 2) throw enough;
                    },
                    "1",
                    "2",
                    "3"))
        .isSameAs(enough);
    assertThat(told).containsExactly(1L, 2L);
  }

  @Test
  void loadsAllTheSame() {
    try (SessionLoader loader =
        SessionLoader.of(SessionSource.ofAllActive(new FakeStore("1", "!2", "3")))) {
      assertThat(loader.load(told::add).sessions())
          .extracting(Session::userId)
          .containsExactly("1", "3");
      assertThat(loader.load(read -> {}).report()).isNotNull();
    }
    assertThat(told).isEmpty();
  }
}
