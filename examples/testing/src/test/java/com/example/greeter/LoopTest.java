package com.example.greeter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SessionSource;
import io.vibee.session.agent.SessionAgent;
import io.vibee.session.agent.SessionHandler;
import io.vibee.session.testkit.SettableClock;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A handler in the loop that runs it, with a clock that nobody waits for. */
class LoopTest {
  private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-22T00:00:00Z"));
  private final InMemorySessionStore store = new InMemorySessionStore(clock);

  @Test
  @Timeout(10)
  void triesAgainWhatFailed() {
    store.save(TestSessions.session("1"));
    AtomicInteger starts = new AtomicInteger();
    SessionHandler handler =
        session -> {
          if (starts.incrementAndGet() == 1) throw new IllegalStateException("FLOOD_WAIT");
          return () -> {};
        };

    try (SessionAgent agent =
        SessionAgent.over(SessionSource.ofAllActive(store), handler).clock(clock).build()) {
      agent.start();
      while (agent.runningSessionIds().isEmpty()) clock.advance(Duration.ofMillis(100));
    }

    assertThat(starts).hasValue(2);
  }
}
