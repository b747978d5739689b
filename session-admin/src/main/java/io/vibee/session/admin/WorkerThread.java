package io.vibee.session.admin;

import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A thread of {@link Workers}. It knows whether it waits for a client, in which case it may be cut
 * off, or does the work of a request, in which case it must not be.
 */
final class WorkerThread extends Thread {
  private long stallableSince;
  private boolean stallable;
  private boolean cut;

  WorkerThread(Runnable target, String name) {
    super(target, name);
    setDaemon(true);
  }

  /** From now on this thread waits for its client, who has to make progress. */
  static void mayStall() {
    mayStall(System.nanoTime());
  }

  /** From now on this thread waits for its client, as it has done since then. */
  static void mayStall(long sinceNanos) {
    if (Thread.currentThread() instanceof WorkerThread worker) worker.expectClient(sinceNanos);
  }

  /**
   * From now on this thread works.
   *
   * @throws InterruptedIOException if it was cut off before
   */
  static void works() throws InterruptedIOException {
    if (Thread.currentThread() instanceof WorkerThread worker) worker.work();
  }

  private synchronized void expectClient(long since) {
    stallable = true;
    stallableSince = since;
  }

  private synchronized void work() throws InterruptedIOException {
    stallable = false;
    if (cut) throw new InterruptedIOException("the connection was cut");
  }

  /** The request is over; what was meant for it must not hit the next one. */
  synchronized void rest() {
    stallable = false;
    cut = false;
    boolean ignored = Thread.interrupted();
  }

  /** Since when it waits for its client, or null if it does not. */
  synchronized @Nullable Long waitsSince() {
    return stallable && !cut ? stallableSince : null;
  }

  /** Ends its connection, if it still waits since then: an interrupt closes a channel. */
  synchronized void cut(long since) {
    if (!stallable || cut || stallableSince != since) return;
    cut = true;
    interrupt();
  }
}
