package io.vibee.session.agent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an agent to end when the process is asked to, by SIGTERM or Ctrl-C, and keeps the process
 * until the agent is closed, for a bounded time.
 */
final class ProcessEnd {
  private static final Logger log = LoggerFactory.getLogger(SessionAgent.class);

  private final Runnable ask;
  private final CountDownLatch closed;
  private final Duration patience;
  private final Thread hook = AgentThread.unstarted("end", this::askAndWait);

  ProcessEnd(Runnable ask, CountDownLatch closed, Duration patience) {
    this.ask = ask;
    this.closed = closed;
    this.patience = patience;
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      ask.run(); // the process is ending already
    }
  }

  private void askAndWait() {
    ask.run();
    try {
      if (!closed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the process ends without waiting longer for what was running");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does nothing if the process is ending already. */
  void stopWatching() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook runs.
    }
  }
}
