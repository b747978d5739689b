package com.example.greeter;

import static io.vibee.session.testkit.SessionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.SessionLoader;
import io.vibee.session.testkit.SecretLeakDetector;
import io.vibee.session.testkit.SettableClock;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the agent without a database, in milliseconds per test. */
class GreeterTest {
  @RegisterExtension
  static final SecretLeakDetector LEAKS =
      SecretLeakDetector.watching(TestSessions.apiHash("1"), TestSessions.apiHash("2"));

  private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-22T00:00:00Z"));
  private final InMemorySessionStore store = new InMemorySessionStore(clock);
  private final Greeter greeter =
      new Greeter(SessionLoader.fromEnvironment(store.environment()), (id, apiId, apiHash) -> {});

  @Test
  void startsEveryActiveSession() {
    store.save(TestSessions.session("1"));
    store.save(TestSessions.builder("2").active(false).build());

    greeter.start();

    assertThat(greeter.held()).containsExactly("sess_1");
  }

  @Test
  void startsTheOthersWhenOneCannotBeRead() {
    store.save(TestSessions.session("1"));
    store.save(TestSessions.session("2"));
    store.faults().undecryptable("sess_1");

    greeter.start();

    assertThat(greeter.held()).containsExactly("sess_2");
  }

  @Test
  void livesThroughAnOutage() {
    store.save(TestSessions.session("1"));
    greeter.start();

    store.faults().unavailable();
    assertThat(greeter.heartbeat()).isFalse();
    store.faults().end();
    clock.advance(Duration.ofMinutes(1));

    assertThat(greeter.heartbeat()).isTrue();
    assertThat(store.findByUserId("1").orElseThrow().lastSeenAt()).isEqualTo(clock.instant());
  }

  @Test
  void changesNothingButWhenItWasSeen() {
    store.save(TestSessions.session("1"));

    greeter.start();
    greeter.heartbeat();

    assertThat(store).sessionOf("1").hasSameValuesAs(TestSessions.session("1")).hasRevision(1);
    assertThat(store).hasLoggedOnly("sess_1", "session_created");
  }

  @Test
  void doesNotShowAHashThatChanged() {
    Secret another = Secret.of("another_made_up_hash");
    LEAKS.watch("the new hash", another); // from here on
    store.save(TestSessions.builder("1").apiHash(another).build());

    greeter.start();

    assertThat(greeter.held()).hasSize(1);
  }
}
