package io.vibee.session.jdbc.sql;

import java.time.Duration;

/** Pauses between attempts at what somebody else holds, for so long in all and no longer. */
public final class Patience {
  private final long nanos;
  private final long pauseMillis;
  private final long start = System.nanoTime();

  public Patience(Duration whole, Duration pause) {
    this.nanos = whole.toNanos();
    this.pauseMillis = pause.toMillis();
  }

  /**
   * Pauses before another attempt.
   *
   * @return false if it is too late for one, or the thread was interrupted, which it then still is
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
