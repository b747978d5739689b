package io.vibee.session.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SettableClockTest {
  private final Instant start = Instant.parse("2026-11-22T00:00:00Z");
  private final SettableClock clock = SettableClock.at(start);

  @Test
  void standsStillUntilItIsMoved() {
    assertThat(clock.instant()).isEqualTo(start).isEqualTo(clock.instant());
    clock.advance(Duration.ofSeconds(5));
    assertThat(clock.instant()).isEqualTo(start.plusSeconds(5));
    clock.set(start.minusSeconds(1));
    assertThat(clock.instant()).isEqualTo(start.minusSeconds(1));
  }

  @Test
  void isTheSameClockInAnotherZone() {
    Clock chatham = clock.withZone(ZoneId.of("Pacific/Chatham"));
    clock.advance(Duration.ofHours(1));
    assertThat(chatham.instant()).isEqualTo(clock.instant());
    assertThat(chatham.getZone()).isEqualTo(ZoneId.of("Pacific/Chatham"));
    assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
  }
}
