package io.vibee.session.agent.fleet;

import io.vibee.session.MisconfiguredException;
import java.time.Duration;

/**
 * The times and sizes of an agent of a fleet.
 *
 * @param beat the longest time between two signs of life, while the database answers
 * @param silence L: how long the agent may be silent before others take what it holds
 * @param stop how long the handlers may take to close all connections
 * @param linger how long Telegram may believe in a connection after its last ping
 * @param drift by which share of a time two clocks may differ that measure it
 * @param statementTimeout after which the outcome of an operation counts as unknown
 * @param coolDown how long a session that was released stays free at least
 * @param capacity how many sessions the agent runs at most; 0 for one that takes only what it names
 * @param batch how many sessions are claimed or released in one operation
 * @param pace how many sessions it hands over a beat
 * @param waves how carefully it starts them
 */
public record FleetSettings(
    Duration beat,
    Duration silence,
    Duration stop,
    Duration linger,
    double drift,
    Duration statementTimeout,
    Duration coolDown,
    int capacity,
    int batch,
    int pace,
    WaveSettings waves) {
  /** Checks that an agent whose beats fail can let go of all in time, and the rest by itself. */
  public FleetSettings {
    positive("beat", beat);
    positive("silence", silence);
    positive("stop", stop);
    positive("linger", linger);
    positive("statement timeout", statementTimeout);
    if (coolDown.isNegative()) throw new MisconfiguredException("cool-down is negative");
    if (!(drift >= 0 && drift < 0.1)) {
      throw new MisconfiguredException("drift is " + drift + ": it must be at least 0, under 0.1");
    }
    if (capacity < 0) throw new MisconfiguredException("capacity is negative: " + capacity);
    positive("batch", batch);
    positive("pace", pace);
    Duration needed = linger.plus(stop).plus(beat.multipliedBy(3)).plus(statementTimeout);
    if (reliable(silence, drift).compareTo(needed) < 0) {
      throw new MisconfiguredException(
          "a silence of %s is too short to close all sessions before others take them: raise it to"
                  .formatted(text(silence))
              + " %s (linger %s, stop %s, three beats of %s, statement timeout %s, and the drift)"
                  .formatted(
                      text(Duration.ofMillis((long) Math.ceil(needed.toMillis() / (1 - drift)))),
                      text(linger),
                      text(stop),
                      text(beat),
                      text(statementTimeout))
              + ", or lower one of those");
    }
  }

  /**
   * Returns settings for Telegram clients that bound what lingers to 25 seconds.
   *
   * @param capacity how many sessions the agent runs at most
   */
  public static FleetSettings suggested(int capacity) {
    return new FleetSettings(
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofSeconds(25),
        0.01,
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        capacity,
        2_500,
        50,
        WaveSettings.GENTLE);
  }

  /** Returns the same with other waves. */
  public FleetSettings with(WaveSettings other) {
    return new FleetSettings(
        beat,
        silence,
        stop,
        linger,
        drift,
        statementTimeout,
        coolDown,
        capacity,
        batch,
        pace,
        other);
  }

  /** How long after a beat was sent the sessions may run. */
  long useNanos() {
    return reliable(silence, drift).minus(stop).minus(linger).toNanos();
  }

  private static Duration reliable(Duration silence, double drift) {
    return Duration.ofNanos((long) (silence.toNanos() * (1 - drift)));
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new MisconfiguredException(name + " is " + text(value) + ": it must be positive");
    }
  }

  private static void positive(String name, int value) {
    if (value < 1)
      throw new MisconfiguredException(name + " is " + value + ": it must be positive");
  }

  private static String text(Duration value) {
    return value.toMillis() % 1_000 == 0 ? value.toSeconds() + " s" : value.toMillis() + " ms";
  }
}
