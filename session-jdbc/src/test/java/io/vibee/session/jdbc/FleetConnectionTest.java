package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetConnection;
import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.SessionLeases;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Signs of life over a connection of their own, beside faults of all kinds. */
class FleetConnectionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final AgentRegistration AGENT =
      AgentRegistration.builder("agent", Duration.ofSeconds(60), 1000).build();
  private static final AgentHealth WELL = new AgentHealth(3, true);

  /** What the store was made of. */
  private enum Made {
    BY_URL,
    OVER_A_DATA_SOURCE
  }

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Wire wire;

  @BeforeEach
  void connect() throws IOException {
    wire = new Wire(database.postgres().port());
  }

  @AfterEach
  void close() throws Exception {
    threads.shutdownNow();
    wire.close();
  }

  private JdbcSessionStore store(Made made) {
    int port = database.postgres().port();
    if (made == Made.BY_URL) {
      return JdbcSessionStore.open(
          database.url().replace(":" + port + "/", ":" + wire.port() + "/"));
    }
    PGSimpleDataSource dataSource = database.dataSource();
    dataSource.setPortNumbers(new int[] {wire.port()});
    return JdbcSessionStore.over(dataSource);
  }

  private static SessionLeases leases(JdbcSessionStore store) {
    return store.as(SessionLeases.class).orElseThrow();
  }

  private static void assertSoon(ThrowingCallable call, Class<? extends Exception> error) {
    long start = System.nanoTime();
    assertThatThrownBy(call).isInstanceOf(error);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(TIMEOUT.plus(Duration.ofMillis(1500)));
  }

  private String backends() {
    return database.value(
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'");
  }

  @ParameterizedTest
  @EnumSource
  void usesOneConnectionOfItsOwn(Made made) {
    try (JdbcSessionStore store = store(made)) {
      FleetConnection connection = leases(store).connect(TIMEOUT);
      assertThat(backends()).as("connects at its first use").isEqualTo("0");
      long agent = connection.register(AGENT, 1).agentId();
      for (int beat = 2; beat < 6; beat++) {
        FleetAgent me = connection.beat(agent, beat, WELL).orElseThrow().agents().get(0);
        assertThat(me.beat()).isEqualTo(beat);
        assertThat(me.running()).isEqualTo(3);
        assertThat(me.steady()).isTrue();
        assertThat(backends()).isEqualTo("1");
      }
      leases(store).end(agent, 5);
      assertThat(connection.beat(agent, 6, WELL)).isEmpty();
      connection.close();
      connection.close();
      assertThatThrownBy(() -> connection.beat(agent, 7, WELL))
          .isInstanceOf(IllegalStateException.class);
    }
    await().until(() -> backends().equals("0"));
  }

  @Test
  void beatsWhileThePoolIsExhausted() throws Exception {
    database.insertMany(1);
    CountDownLatch end = new CountDownLatch(1);
    try (JdbcSessionStore store = store(Made.BY_URL);
        FleetConnection connection = leases(store).connect(TIMEOUT)) {
      List<Future<?>> loads = new ArrayList<>();
      CountDownLatch busy = new CountDownLatch(4);
      for (int i = 0; i < 4; i++) {
        loads.add(
            threads.submit(
                () ->
                    store.forEachActive(
                        session -> {
                          busy.countDown();
                          await().until(() -> end.getCount() == 0);
                        },
                        unreadable -> {})));
      }
      busy.await();
      long agent = connection.register(AGENT, 1).agentId();
      assertThat(connection.beat(agent, 2, WELL)).isPresent();
      end.countDown();
      for (Future<?> each : loads) each.get();
    }
  }

  /** The request has been sent, and nothing comes back. */
  @ParameterizedTest
  @EnumSource
  void tellsThatTheOutcomeIsUnknownInTime(Made made) {
    try (JdbcSessionStore store = store(made);
        FleetConnection connection = leases(store).connect(TIMEOUT)) {
      long agent = connection.register(AGENT, 1).agentId();
      for (int beat = 2; beat < 4; beat++) {
        long number = beat;
        wire.silence(true);
        assertSoon(() -> connection.beat(agent, number, WELL), OutcomeUnknownException.class);
        wire.silence(false);
        assertThat(connection.beat(agent, 10 + beat, WELL)).as("over another one").isPresent();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void opensAnotherAfterItWasEnded(Made made) {
    try (JdbcSessionStore store = store(made);
        FleetConnection connection = leases(store).connect(TIMEOUT)) {
      long agent = connection.register(AGENT, 1).agentId();
      database.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
      assertSoon(() -> connection.beat(agent, 2, WELL), OutcomeUnknownException.class);
      assertThat(connection.beat(agent, 3, WELL)).isPresent();
    }
  }

  /** Somebody keeps the agent's row; the server gives up, and says so. */
  @ParameterizedTest
  @EnumSource
  void givesUpWhatTheServerDoesNotFinish(Made made) throws Exception {
    try (JdbcSessionStore store = store(made);
        FleetConnection connection = leases(store).connect(TIMEOUT);
        Connection other = database.connect();
        Statement statement = other.createStatement()) {
      long agent = connection.register(AGENT, 1).agentId();
      other.setAutoCommit(false);
      statement.execute("select from session_agents for update");
      assertSoon(() -> connection.beat(agent, 2, WELL), StoreUnavailableException.class);
      other.rollback();
      assertThat(database.value("select beat from session_agents")).isEqualTo("1");
      assertThat(connection.beat(agent, 3, WELL)).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource
  void closingEndsACallThatIsUnderWay(Made made) throws Exception {
    try (JdbcSessionStore store = store(made);
        Connection other = database.connect();
        Statement statement = other.createStatement()) {
      FleetConnection connection = leases(store).connect(Duration.ofMinutes(5));
      long agent = connection.register(AGENT, 1).agentId();
      other.setAutoCommit(false);
      statement.execute("select from session_agents for update");
      Future<?> beat =
          threads.submit(
              () ->
                  assertThatThrownBy(() -> connection.beat(agent, 2, WELL))
                      .isInstanceOf(IllegalStateException.class));
      await()
          .until(
              () ->
                  database
                      .value(
                          "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")
                      .equals("1"));
      connection.close();
      beat.get();
    }
  }

  @Test
  void givesUpWhereNobodyAnswers() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url =
          database
              .url()
              .replace(":" + database.postgres().port() + "/", ":" + mute.getLocalPort() + "/");
      try (JdbcSessionStore store = JdbcSessionStore.open(url);
          FleetConnection connection = leases(store).connect(TIMEOUT)) {
        for (int i = 0; i < 2; i++) {
          assertSoon(() -> connection.register(AGENT, 1), StoreUnavailableException.class);
        }
      }
    }
  }

  @Test
  void refusesNoTime() {
    try (JdbcSessionStore store = store(Made.BY_URL)) {
      assertThatThrownBy(() -> leases(store).connect(Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
