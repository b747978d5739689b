package io.vibee.session.jdbc.sql;

import java.time.Duration;

/** Pauses between attempts to get what somebody else holds, up to a limit in all. */
public final class Patience {
  private final long nanos;
  private final long pauseMillis;
  private final long start = System.nanoTime();

  /** Starts the clock: attempts may begin within {@code whole}, with a pause between two. */
  public Patience(Duration whole, Duration pause) {
    this.nanos = whole.toNanos();
    this.pauseMillis = pause.toMillis();
  }

  /**
   * Pauses before the next attempt.
   *
   * @return false if the time is up, or if the thread was interrupted, whose flag is then still set
   */
  public boolean pause() {
    if (System.nanoTime() - start >= nanos) return false;
    try {
      Thread.sleep(pauseMillis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
