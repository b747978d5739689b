package io.vibee.session.agent.fleet;

import java.util.random.RandomGenerator;

/**
 * When the next sign of life is due. At most one is under way; a registration is the first, each is
 * a random number, and no two agents beat in step for long.
 */
final class Beats {
  private final long interval;
  private final RandomGenerator random;
  private boolean underWay;

  /** Whether another one is wanted as soon as the one that is under way is answered. */
  private boolean again;

  private long next = Long.MIN_VALUE;

  Beats(FleetSettings settings, RandomGenerator random) {
    this.interval = settings.beat().toNanos();
    this.random = random;
  }

  boolean isDue(long time) {
    return !underWay && time >= next;
  }

  /** Returns what to send; a registration needs none. */
  long send() {
    underWay = true;
    return random.nextLong();
  }

  /** Whatever the answer was, none is under way. */
  void answered() {
    underWay = false;
  }

  /** The next is due in time for L, counted from when the last was sent. */
  void confirmed(Moment sent) {
    next = sent.monotonic();
    if (!again) next += interval * 4 / 5 + random.nextLong(interval / 10);
    again = false;
  }

  /** Nobody knows whether the last was seen: the next is due soon. */
  void unknown(long time) {
    next = time + interval / 5;
  }

  /** The next is due at once, for what its answer tells: one that is under way may be too early. */
  void wantedAt(long time) {
    again |= underWay;
    next = time;
  }

  /** When the next is due, unless one is under way. */
  long next() {
    return underWay ? Long.MAX_VALUE : next;
  }
}
