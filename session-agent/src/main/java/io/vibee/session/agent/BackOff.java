package io.vibee.session.agent;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Decides how long to wait before the next attempt: doubles from one second up to a bound, and
 * randomly takes off up to a half, so that many agents do not come back at once. Not thread-safe.
 */
final class BackOff {
  private static final Duration FIRST = Duration.ofSeconds(1);

  private final Duration bound;
  private final DoubleSupplier chance;
  private Duration next = FIRST;

  /**
   * Starts at the first wait.
   *
   * @param bound the longest wait
   * @param chance random numbers from 0 to 1
   */
  BackOff(Duration bound, DoubleSupplier chance) {
    this.bound = bound;
    this.chance = chance;
  }

  Duration next() {
    Duration wait = next.compareTo(bound) < 0 ? next : bound;
    next = wait.multipliedBy(2);
    return Duration.ofMillis(Math.round(wait.toMillis() * (1 - chance.getAsDouble() / 2)));
  }

  void reset() {
    next = FIRST;
  }
}
