package io.vibee.session.testkit.contract;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes two threads meet between reading and writing, so that a race does not depend on luck. */
final class Meeting {
  private final CyclicBarrier barrier = new CyclicBarrier(2);

  /** Waits a moment for another thread. */
  void await() {
    try {
      barrier.await(20, TimeUnit.MILLISECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      barrier.reset(); // nobody came
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
