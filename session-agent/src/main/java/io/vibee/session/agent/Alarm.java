package io.vibee.session.agent;

import java.time.Duration;

/** Makes a thread of the agent wait until others wake it, or end it. Thread-safe. */
final class Alarm {
  private final Ticker ticker;
  private boolean rung;
  private boolean over;

  Alarm(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Ends a wait now, or the next one. */
  synchronized void ring() {
    rung = true;
    notifyAll();
  }

  /** Ends this wait and every later one. */
  synchronized void end() {
    over = true;
    notifyAll();
  }

  synchronized boolean isOver() {
    return over;
  }

  /** Waits until somebody rings or the time has passed; returns false if the thread is to end. */
  boolean waitAtMost(Duration time) {
    return await(time, true);
  }

  /** Waits the whole time, whoever rings; returns false if the thread is to end. */
  boolean pause(Duration time) {
    return await(time, false);
  }

  private synchronized boolean await(Duration time, boolean wakes) {
    long end = ticker.now() + time.toNanos();
    try {
      while (!over && !(wakes && rung)) {
        long left = Math.min(end - ticker.now(), ticker.longestWait().toNanos());
        if (left <= 0) break;
        wait(left / 1_000_000, (int) (left % 1_000_000));
      }
    } catch (InterruptedException e) {
      over = true;
      Thread.currentThread().interrupt();
    }
    if (wakes) rung = false;
    return !over;
  }
}
