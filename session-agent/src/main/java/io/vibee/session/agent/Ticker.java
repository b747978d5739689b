package io.vibee.session.agent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The time by which the agent waits, in nanoseconds from an arbitrary moment.
 *
 * @param nanos reads it
 * @param longestWait how long to wait before reading it again, since time that a test moves wakes
 *     nobody
 */
record Ticker(LongSupplier nanos, Duration longestWait) {
  /** Goes on evenly, whatever happens to the machine's clock. */
  static final Ticker SYSTEM = new Ticker(System::nanoTime, Duration.ofDays(1));

  /** Follows a clock. */
  static Ticker of(Clock clock) {
    Instant start = clock.instant();
    return new Ticker(
        () -> Duration.between(start, clock.instant()).toNanos(), Duration.ofMillis(5));
  }

  long now() {
    return nanos.getAsLong();
  }
}
