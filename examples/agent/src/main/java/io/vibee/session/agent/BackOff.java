package io.vibee.session.agent;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: doubled from one second up to a bound, and up to a half
 * less by chance, so that many agents do not come back all at once. For one thread.
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
   * @param chance numbers from 0 to 1
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
