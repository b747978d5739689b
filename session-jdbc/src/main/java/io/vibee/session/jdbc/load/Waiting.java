package io.vibee.session.jdbc.load;

/**
 * Waits without giving up when interrupted; the thread's interrupt flag is set again afterwards.
 */
final class Waiting {
  private Waiting() {}

  /** Waits until somebody notifies the monitor, which the caller holds; may return sooner. */
  @SuppressWarnings({"WaitNotInLoop", "NotifyNotInLoop"}) // the caller has the loop
  static void on(Object monitor) {
    boolean interrupted = Thread.interrupted();
    try {
      monitor.wait();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  /** Waits until the thread has ended or the time is up. */
  static void forEnd(Thread thread, long millis) {
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(millis);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
