package io.vibee.session.reference;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread is about to do. */
final class DemoWait {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration INTERVAL = Duration.ofMillis(20);

  private DemoWait() {}

  @FunctionalInterface
  interface Condition {
    boolean holds() throws SQLException;
  }

  static void until(String what, Condition condition) throws SQLException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) throw new IllegalStateException("not in time: " + what);
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }
}
