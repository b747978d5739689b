package io.vibee.session.agent;

import io.vibee.session.LoadReport;
import io.vibee.session.SessionException;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionStore;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads sessions, prints them, and notes that it holds them until it is stopped. */
final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  private final SessionLoader loader;
  private final List<String> sessionIds;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private Agent(SessionLoader loader, List<String> sessionIds) {
    this.loader = loader;
    this.sessionIds = sessionIds;
  }

  static Agent start(Map<String, String> environment, PrintStream out) {
    SessionLoader loader = SessionLoader.fromEnvironment(environment);
    try {
      List<String> sessionIds = new ArrayList<>();
      LoadReport report =
          loader.forEach(
              session -> {
                sessionIds.add(session.sessionId());
                out.println(SessionLines.session(session, loader.mode()));
              });
      out.println(SessionLines.summary(report));
      out.flush();
      return new Agent(loader, sessionIds);
    } catch (RuntimeException e) {
      loader.close();
      throw e;
    }
  }

  /** Returns when the process is asked to end, which then waits for {@link #close()}. */
  void runUntilStopped() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait));
    try {
      do {
        loader.store().ifPresent(this::heartbeat);
      } while (!stop.await(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void heartbeat(SessionStore store) {
    try {
      store.touch(sessionIds);
    } catch (SessionException e) {
      log.warn("heartbeat failed, the next one tries again: {}", e.getMessage());
    }
  }

  private void stopAndWait() {
    stop.countDown();
    try {
      if (!closed.await(4, TimeUnit.SECONDS)) log.warn("ended before the last heartbeat did");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    loader.close();
    closed.countDown();
  }
}
