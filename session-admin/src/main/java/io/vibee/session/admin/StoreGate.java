package io.vibee.session.admin;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets a bounded number of requests into the store at a time, and a bounded number wait, so that a
 * database that hangs holds some threads of the server and not all: health still answers.
 */
final class StoreGate {
  private static final int INSIDE = 32;
  private static final int WAITING = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Semaphore places = new Semaphore(INSIDE, true);

  Response through(Route.Operation operation, Call call) {
    if (!enter()) throw StoreErrors.unavailable("too many requests wait for the database");
    try {
      return operation.run(call);
    } finally {
      places.release();
    }
  }

  private boolean enter() {
    if (places.getQueueLength() >= WAITING) return false;
    try {
      return places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
