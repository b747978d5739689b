package io.vibee.session.reference;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lasts until the process is asked to end, by SIGTERM or Ctrl-C. The process then waits up to four
 * seconds for {@link #close()}, and ends however far the agent got.
 */
final class Lifetime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lifetime.class);
  static final int GRACE_SECONDS = 4;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private Lifetime() {}

  static Lifetime ofProcess() {
    Lifetime lifetime = new Lifetime();
    Runtime.getRuntime().addShutdownHook(new Thread(lifetime::askAndWait, "agent-end"));
    return lifetime;
  }

  private void askAndWait() {
    asked.countDown();
    try {
      if (!ended.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        log.warn("ended without waiting longer for what was running");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process was asked to end. */
  boolean isOver() {
    return asked.getCount() == 0;
  }

  /** Announces that everything is closed, so that the process may end. */
  @Override
  public void close() {
    ended.countDown();
  }
}
