package io.vibee.session.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.LoadReport;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.NotConfiguredException;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionSource;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.agent.bridge.Bridge;
import io.vibee.session.agent.bridge.BridgeException;
import io.vibee.session.agent.testing.AgentDatabase;
import io.vibee.session.jdbc.testing.CapturedLog;
import io.vibee.session.testkit.SettableClock;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // closes may throw what they like
class SessionAgentTest {
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-30T00:00:00Z"));
  private final InMemorySessionStore store = new InMemorySessionStore(clock);
  private SessionAgent agent;

  @AfterEach
  void close() {
    if (agent != null) agent.close();
  }

  private AutoCloseable start(Session session) {
    calls.add("start " + session.sessionId());
    return () -> calls.add("close " + session.sessionId());
  }

  private SessionAgentBuilder overAll(SessionHandler handler) {
    return SessionAgent.over(SessionSource.ofAllActive(store), handler);
  }

  private boolean isSeenNow(String userId) {
    return clock.instant().equals(store.findByUserId(userId).orElseThrow().lastSeenAt());
  }

  @Test
  void runsTheSessionsOfTheEnvironmentAndClosesWhatItOpened() {
    store.save(TestSessions.session("1"));
    store.save(TestSessions.session("2"));
    Map<String, String> environment = new HashMap<>(store.environment());
    environment.put("SESSION_FLEET", "off");
    agent = SessionAgent.fromEnvironment(environment, this::start);
    LoadReport report = agent.start();
    assertThat(report.loaded()).isEqualTo(2);
    await().until(() -> agent.runningSessionIds().equals(Set.of("sess_1", "sess_2")));
    await().until(() -> isSeenNow("1") && isSeenNow("2"));
    agent.close();
    assertThat(calls)
        .containsExactlyInAnyOrder("start sess_1", "start sess_2", "close sess_1", "close sess_2");
    assertThat(agent.runningSessionIds()).isEmpty();
    assertThatThrownBy(() -> agent.store().orElseThrow().check())
        .isInstanceOf(IllegalStateException.class);
    assertThat(store.findByUserId("1")).as("the caller's own store is open").isPresent();
  }

  @Test
  void leavesACallersStoreOpen() {
    store.save(TestSessions.session("1"));
    agent = overAll(this::start).build();
    agent.start();
    agent.close();
    agent.close();
    assertThat(store.findByUserId("1")).isPresent();
  }

  @Test
  void runsWithoutHeartbeatsWhatAStandbyHas() throws Exception {
    AgentDatabase database = AgentDatabase.with("1");
    database.execute(
        "alter database " + database.database().name() + " set default_transaction_read_only = on");
    Map<String, String> variables =
        Map.of("DATABASE_URL", database.url() + "?target_session_attrs=read-only", "USER_ID", "1");
    try (CapturedLog log = new CapturedLog("io.vibee.session")) {
      agent = SessionAgent.fromEnvironment(variables, this::start);
      agent.start();
      await().until(() -> agent.runningSessionIds().contains("sess_1"));
      assertThat(log.lines())
          .filteredOn(line -> line.startsWith("WARNING"))
          .singleElement()
          .asString()
          .contains("no heartbeats");
    }
  }

  @Test
  void runsTheAccountsOfTheEnvironment() {
    Map<String, String> variables =
        Map.of(
            "TELEGRAM_SESSION_ID", "sess_legacy",
            "TELEGRAM_API_ID", "94892",
            "TELEGRAM_API_HASH", "0123456789abcdef0123456789abcdef");
    agent = SessionAgent.fromEnvironment(variables, this::start);
    agent.start();
    await().until(() -> agent.runningSessionIds().equals(Set.of("sess_legacy")));
    assertThat(agent.store()).isEmpty();
    agent.changed("env-1");
    agent.close();
    assertThat(calls).containsExactly("start sess_legacy", "close sess_legacy");
  }

  @Test
  void followsChanges() {
    store.save(TestSessions.session("1"));
    agent = overAll(this::start).build();
    agent.start();
    store.save(TestSessions.session("2"));
    agent.changed("2");
    await().until(() -> agent.runningSessionIds().contains("sess_2"));
    store.deactivate("sess_1");
    agent.changed("1");
    await().until(() -> calls.contains("close sess_1"));
    store.delete("sess_2");
    agent.changed("2");
    await().until(() -> agent.runningSessionIds().isEmpty());
  }

  private static List<String> storeLines(CapturedLog log) {
    return log.lines().stream().filter(line -> line.contains("the store ")).toList();
  }

  @Test
  void survivesAnOutageAndTellsItOnce() {
    store.save(TestSessions.session("1"));
    agent = overAll(this::start).clock(clock).build();
    try (CapturedLog log = new CapturedLog(SessionAgent.class.getName())) {
      agent.start();
      await().until(() -> isSeenNow("1"));
      store.faults().unavailable();
      agent.changed("1");
      for (int minute = 0; minute < 3; minute++) {
        clock.advance(Duration.ofMinutes(1));
        await().until(() -> storeLines(log).size() == 1);
      }
      assertThat(agent.runningSessionIds()).containsExactly("sess_1");
      store.faults().end();
      await()
          .until(
              () -> {
                clock.advance(Duration.ofSeconds(61));
                return storeLines(log).size() == 2;
              });
      assertThat(storeLines(log).get(0)).contains("the store fails; sessions keep running");
      assertThat(storeLines(log).get(1)).isEqualTo("WARNING the store works again");
    }
    assertThat(calls).containsExactly("start sess_1");
  }

  @Test
  void triesAFailedStartAgainWithTheValuesThatAreStoredThen() {
    store.save(TestSessions.session("1"));
    AtomicReference<String> accepted = new AtomicReference<>();
    try (CapturedLog log = new CapturedLog(SessionAgent.class.getName())) {
      agent =
          overAll(
                  session -> {
                    String hash = session.apiHash().exposeSecret();
                    if (!hash.equals("made_up_and_right")) {
                      throw new IllegalStateException("API_ID_INVALID for " + hash + "\nand more");
                    }
                    accepted.set(hash);
                    return start(session);
                  })
              .clock(clock)
              .build();
      agent.start();
      await()
          .until(() -> log.lines().stream().anyMatch(line -> line.contains("cannot be started")));
      Session stored = store.findByUserId("1").orElseThrow();
      assertThat(log.text())
          .contains("API_ID_INVALID for *** and more")
          .doesNotContain(stored.apiHash().exposeSecret());
      store.save(stored.toBuilder().apiHash(Secret.of("made_up_and_right")).build());
      clock.advance(Duration.ofSeconds(1));
      await().until(() -> agent.runningSessionIds().contains("sess_1"));
    }
  }

  @Test
  void failsAtOnceIfNothingCanBeLoaded() {
    store.save(TestSessions.session("1"));
    store.faults().unavailable();
    agent = overAll(this::start).build();
    assertThatThrownBy(() -> agent.run()).isInstanceOf(StoreUnavailableException.class);
    assertThat(calls).isEmpty();
    assertThatThrownBy(() -> agent.start()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void runsUntilItIsClosed() throws Exception {
    store.save(TestSessions.session("1"));
    agent = overAll(this::start).build();
    CountDownLatch loaded = new CountDownLatch(1);
    Thread runner = new Thread(() -> agent.run(report -> loaded.countDown()));
    runner.start();
    loaded.await();
    await().until(() -> agent.runningSessionIds().contains("sess_1"));
    assertThat(runner.isAlive()).isTrue();
    assertThat(agent.isStopping()).isFalse();
    agent.close();
    runner.join(2000);
    assertThat(runner.isAlive()).isFalse();
    assertThat(agent.isStopping()).isTrue();
    assertThat(calls).containsExactly("start sess_1", "close sess_1");
  }

  @Test
  void endsInTimeAndNamesWhatDidNotEnd() {
    store.save(TestSessions.session("1"));
    store.save(TestSessions.session("2"));
    CountDownLatch hang = new CountDownLatch(1);
    agent =
        overAll(session -> session.userId().equals("1") ? hang::await : start(session))
            .closeTimeout(Duration.ofMillis(300))
            .build();
    agent.start();
    await().until(() -> agent.runningSessionIds().size() == 2);
    long before = System.nanoTime();
    try (CapturedLog log = new CapturedLog(SessionAgent.class.getName())) {
      agent.close();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("1 of 2 sessions did not end", "sess_1 (its close has not returned)");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(3));
    assertThat(calls).contains("close sess_2");
  }

  @Test
  void asksTheBridgeThatItIsGiven() {
    store.save(TestSessions.session("1"));
    Bridge bridge =
        new Bridge() {
          @Override
          public boolean isAuthorized(String sessionId) {
            return true;
          }

          @Override
          public Map<String, Boolean> list(Set<String> wanted) throws BridgeException {
            throw new BridgeException("has no list");
          }
        };
    agent = overAll(this::start).bridge(bridge).pollInterval(Duration.ofSeconds(1)).build();
    agent.start();
    await().until(() -> store.findByUserId("1").orElseThrow().authorized());
    assertThat(calls).as("a login is no reason to start again").containsExactly("start sess_1");
  }

  @Test
  void saysAllThatIsWrongAtOnce() {
    Map<String, String> variables = new HashMap<>();
    variables.put("USER_ID", "1 2");
    variables.put("DATABASE_URL", "nonsense");
    variables.put("VIBEE_BRIDGE_URL", "ftp://bridge.test");
    variables.put("VIBEE_POLL_SECONDS", "often");
    assertThatThrownBy(() -> SessionAgent.fromEnvironment(variables, this::start))
        .isInstanceOfSatisfying(
            MisconfiguredException.class,
            e ->
                assertThat(e.problems())
                    .extracting(problem -> problem.split("\\W", 2)[0])
                    .containsExactlyInAnyOrder(
                        "USER_ID", "DATABASE_URL", "VIBEE_BRIDGE_URL", "VIBEE_POLL_SECONDS"));
    assertThatThrownBy(() -> SessionAgent.fromEnvironment(Map.of(), this::start))
        .isInstanceOf(NotConfiguredException.class);
    assertThatThrownBy(() -> overAll(this::start).pace(0, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> overAll(this::start).closeTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
