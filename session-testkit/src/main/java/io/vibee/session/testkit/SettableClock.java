package io.vibee.session.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * A clock that stands still until a test moves it. Thread-safe.
 *
 * <pre>{@code
 * SettableClock clock = SettableClock.at(Instant.parse("2026-11-22T00:00:00Z"));
 * InMemorySessionStore store = new InMemorySessionStore(clock);
 * clock.advance(Duration.ofMinutes(5));
 * }</pre>
 */
public final class SettableClock extends Clock {
  private final Hands hands;
  private final ZoneId zone;

  /** Shared with the same clock in other zones. */
  private static final class Hands {
    private Instant now;

    Hands(Instant now) {
      this.now = now;
    }

    synchronized void set(Instant instant) {
      now = instant;
    }

    synchronized void advance(Duration duration) {
      now = now.plus(duration);
    }

    synchronized Instant now() {
      return now;
    }
  }

  private SettableClock(Hands hands, ZoneId zone) {
    this.hands = hands;
    this.zone = zone;
  }

  /**
   * Makes a clock.
   *
   * @param now the time that it shows
   * @return the clock, in UTC
   */
  public static SettableClock at(Instant now) {
    return new SettableClock(new Hands(Objects.requireNonNull(now, "now")), ZoneOffset.UTC);
  }

  /**
   * Sets the time that it shows.
   *
   * @param instant any time, even an earlier one
   */
  public void set(Instant instant) {
    hands.set(Objects.requireNonNull(instant, "instant"));
  }

  /**
   * Moves it forward.
   *
   * @param duration how far; negative to move it back
   */
  public void advance(Duration duration) {
    hands.advance(duration);
  }

  @Override
  public Instant instant() {
    return hands.now();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** Returns the same clock in another zone: moving one moves the other. */
  @Override
  public Clock withZone(ZoneId other) {
    return new SettableClock(hands, Objects.requireNonNull(other, "other"));
  }
}
