package io.vibee.session.admin;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs what a request must not wait for. Its threads are daemons that end by themselves when they
 * have nothing to do, so closing it is possible but not necessary.
 */
final class Background implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;
  private static final int AUDIT_QUEUE = 200;

  private final ThreadPoolExecutor audit = one("audit", AUDIT_QUEUE);
  private final ThreadPoolExecutor health = one("health", 1);
  private final ThreadPoolExecutor reader = one("reader", 1);
  private final ThreadPoolExecutor examiner = one("examiner", 1);
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, daemons("timer"));

  Background() {
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  private static ThreadPoolExecutor one(String name, int queue) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), daemons(name));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private static ThreadFactory daemons(String name) {
    return task -> {
      Thread thread = new Thread(task, "vibee-admin-" + name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Returns what writes to the activity log, one entry after the other; it refuses more when many
   * wait.
   */
  Executor audit() {
    return audit;
  }

  /** Returns what asks the database for its health, one question at a time. */
  Executor health() {
    return health;
  }

  /** Returns what reads all sessions, one reading after the other. */
  Executor reader() {
    return reader;
  }

  /** Examines the database, one time after the other. */
  Executor examiner() {
    return examiner;
  }

  /** Runs a task later; it must be quick, since all tasks share a thread. */
  void later(Duration time, Runnable task) {
    // Nobody waits for it; a task reports its failures itself.
    var unused = timer.schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends the threads; running tasks are interrupted, waiting ones dropped. */
  @Override
  public void close() {
    timer.shutdownNow();
    audit.shutdownNow();
    health.shutdownNow();
    reader.shutdownNow();
    examiner.shutdownNow();
  }
}
