package io.vibee.session.agent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread of the agent, which never keeps the process alive.
 *
 * @param thread the thread, started
 * @param stop makes it end; may be called more than once
 */
record AgentThread(Thread thread, Runnable stop) implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AgentThread.class);

  static AgentThread start(String name, Runnable task, Runnable stop) {
    Thread thread = daemon(name, task);
    thread.start();
    return new AgentThread(thread, stop);
  }

  static Thread daemon(String name, Runnable task) {
    Thread thread = unstarted(name, task);
    thread.setDaemon(true);
    return thread;
  }

  static Thread unstarted(String name, Runnable task) {
    Thread thread = new Thread(task, "session-agent-" + name);
    thread.setUncaughtExceptionHandler((ended, defect) -> logDefect(defect));
    return thread;
  }

  /** Logs a defect without its message, which may come from anywhere. */
  static void logDefect(Throwable defect) {
    log.error("this is a defect, please report it: {}", Failure.describe(defect, null));
  }

  void askToStop() {
    stop.run();
  }

  /**
   * Waits for it to end, then interrupts it.
   *
   * @param end until when, by the process's time
   */
  void join(long end) {
    try {
      long left = Math.max(1, (end - System.nanoTime()) / 1_000_000);
      if (thread.isAlive()) thread.join(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }

  @Override
  public void close() {
    stop.run();
    join(System.nanoTime() + 500_000_000);
  }
}
