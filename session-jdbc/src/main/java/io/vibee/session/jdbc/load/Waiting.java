package io.vibee.session.jdbc.load;

/** Waiting that an interruption does not end; the thread is interrupted again afterwards. */
final class Waiting {
  private Waiting() {}

  /** Until somebody notifies the monitor, which the caller holds; or sooner. */
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

  /** Until the thread has ended, or time is up. */
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
