package io.vibee.session.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.LoadedSessions;
import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.NewKey;
import io.vibee.session.Session;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionSource;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.testkit.SettableClock;
import io.vibee.session.testkit.TestSessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tests what this store has beyond the contracts: faults, a clock, a URL. */
class InMemorySessionStoreTest {
  private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-22T00:00:00Z"));
  private final InMemorySessionStore store = new InMemorySessionStore(clock);

  private static LoadedSessions load(Map<String, String> environment) {
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment)) {
      return loader.load();
    }
  }

  @Test
  void isFoundByALoaderThatReadsTheEnvironment() {
    store.save(TestSessions.session("1"));
    store.save(TestSessions.session("2"));
    assertThat(load(store.environment()).sessions())
        .extracting(Session::userId)
        .containsExactly("1", "2");
    assertThat(load(store.environment("2")).sessions())
        .as("loaders close their own store, not this one")
        .extracting(Session::userId)
        .containsExactly("2");
    assertThat(store.environment()).isEqualTo(store.environment());
    assertThat(new InMemorySessionStore().environment()).isNotEqualTo(store.environment());
  }

  @Test
  void saysThatTheStoreIsGone() {
    assertThatThrownBy(() -> load(Map.of("DATABASE_URL", "memory:gone", "USER_ID", "1")))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("keep that store reachable");
  }

  @Test
  void sharesItsDataWithAReopenedOneButNotItsClosing() {
    store.save(TestSessions.session("1"));
    InMemorySessionStore other = store.reopen();
    store.close();
    assertThat(other.findByUserId("1")).isPresent();
    other.deactivate("sess_1");
    assertThat(store.reopen().findByUserId("1").orElseThrow().active()).isFalse();
  }

  @Test
  void takesItsTimesFromTheClockInMicroseconds() {
    clock.set(Instant.parse("2026-11-22T00:00:00.123456789Z"));
    Instant first = Instant.parse("2026-11-22T00:00:00.123456Z");
    Session saved = store.save(TestSessions.session("1")).session();
    assertThat(saved.createdAt()).isEqualTo(first);
    clock.advance(Duration.ofMinutes(1));
    store.touch(List.of("sess_1"));
    store.report(List.of(SessionReport.of("sess_1", true)));
    Session seen = store.findByUserId("1").orElseThrow();
    assertThat(seen.createdAt()).isEqualTo(first);
    assertThat(seen.updatedAt()).isEqualTo(first.plusSeconds(60));
    assertThat(seen.lastSeenAt()).isEqualTo(first.plusSeconds(60));
  }

  @Test
  void failsUntilTheFaultEnds() {
    store.save(TestSessions.session("1"));
    store.faults().unavailable();
    assertThatThrownBy(() -> store.findByUserId("1"))
        .isInstanceOfSatisfying(
            StoreUnavailableException.class, e -> assertThat(e.sqlState()).isEqualTo("08001"));
    assertThatThrownBy(store::check).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.actingAs("ops").delete("sess_1"))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.reopen().rotate()).isInstanceOf(StoreUnavailableException.class);
    store.faults().failing(MasterKeyMissingException::new);
    assertThatThrownBy(store::counts).isInstanceOf(MasterKeyMissingException.class);
    store.faults().end();
    assertThat(store.findByUserId("1")).as("and nothing was deleted").isPresent();
  }

  @Test
  void damagesOneSessionUntilItIsSavedAgain() {
    store.save(TestSessions.session("1"));
    store.save(TestSessions.session("2"));
    store.faults().undecryptable("sess_1");
    store.faults().unreadable("sess_2", Reason.TAMPERED);
    assertThatThrownBy(() -> SessionLoader.of(SessionSource.ofUser(store, "1")).load())
        .isInstanceOf(UnreadableSessionException.class);
    store.save(TestSessions.session("1"));
    LoadedSessions loaded = load(store.environment());
    assertThat(loaded.sessions()).extracting(Session::userId).containsExactly("1");
    assertThat(loaded.report().unreadable())
        .extracting(UnreadableSession::userId, UnreadableSession::reason)
        .containsExactly(org.assertj.core.api.Assertions.tuple("2", Reason.TAMPERED));
    store.faults().end();
    assertThat(store.findByUserId("2")).isPresent();
    assertThatThrownBy(() -> store.faults().undecryptable("none"))
        .isInstanceOf(SessionNotFoundException.class);
  }

  @Test
  void aRotationFailsMidwayAndResumesLater() {
    for (int i = 0; i < 2_500; i++) store.save(TestSessions.session("u" + i));
    store.changeKey(NewKey.generated());
    assertThatThrownBy(
            () ->
                store.rotate(
                    progress -> {
                      store.faults().unavailable();
                      return true;
                    }))
        .isInstanceOf(StoreUnavailableException.class);
    store.faults().end();
    assertThat(store.rotate().done()).isEqualTo(1_500);
  }

  @Test
  void waitsWhenItIsSlowAndGivesUpWhenItIsInterrupted() throws InterruptedException {
    store.faults().slow(Duration.ofMillis(30));
    long start = System.nanoTime();
    store.check();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(30_000_000L);

    store.faults().slow(Duration.ofHours(1));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CountDownLatch started = new CountDownLatch(1);
    Thread agent =
        new Thread(
            () -> {
              started.countDown();
              try {
                store.check();
              } catch (RuntimeException e) {
                thrown.set(e);
              }
            });
    agent.start();
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    agent.interrupt();
    agent.join(10_000);
    assertThat(thrown.get()).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.faults().slow(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
