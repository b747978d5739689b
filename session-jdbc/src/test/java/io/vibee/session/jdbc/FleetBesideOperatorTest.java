package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.Lease;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Agents beside an operator who leaves an UPDATE open, and beside an old snapshot. */
class FleetBesideOperatorTest {
  private static final AgentRegistration AGENT =
      AgentRegistration.builder("agent", Duration.ofSeconds(60), 1000).build();

  private static final long TIMELINE = 1;

  private static final int AGENTS = 10;

  /** Of each agent: as many as in an hour at one in five seconds. */
  private static final int BEATS = 720;

  private static final int PER_SECOND = 110;

  /** An operator's update of one session, and somebody's repeatable read, both left open. */
  private record Disturbance(Connection operator, Connection reader) implements AutoCloseable {
    static Disturbance in(TestDatabase database, Lease edited) throws SQLException {
      Disturbance disturbance = new Disturbance(database.connect(), database.connect());
      disturbance.operator.setAutoCommit(false);
      disturbance.reader.setAutoCommit(false);
      disturbance.reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      try (Statement update = disturbance.operator.createStatement();
          Statement read = disturbance.reader.createStatement()) {
        read.execute("select count(*) from user_sessions");
        update.execute(
            "update user_sessions set phone = '+1', is_active = false where session_id = '"
                + edited.sessionId()
                + "'");
      }
      return disturbance;
    }

    @Override
    public void close() throws SQLException {
      operator.close();
      reader.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void waitForNobodyAndKeepAllTheyHold(Postgres postgres) throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(30);
    database.execute("alter database " + database.name() + " set lock_timeout = '200ms'");
    try (JdbcSessionStore store = database.store()) {
      SessionLeases leases = store.as(SessionLeases.class).orElseThrow();
      long agent = leases.register(AGENT, 1).agentId();
      long other = leases.register(AGENT, 1).agentId();
      List<Lease> held = leases.claim(agent, 20, TIMELINE);
      try (Disturbance disturbance = Disturbance.in(database, held.get(0))) {
        for (int beat = 2; beat <= 300; beat++) {
          assertThat(leases.beat(agent, beat, AgentHealth.STARTING)).isPresent();
          assertThat(leases.end(agent, beat - 1)).as("by who saw an earlier beat").isFalse();
          if (beat % 10 == 0) {
            List<Lease> claimed = leases.claim(other, 9, TIMELINE);
            assertThat(claimed).hasSize(9);
            assertThat(leases.release(other, claimed, Duration.ZERO)).hasSize(9);
          }
        }
        assertThat(leases.held(agent, TIMELINE)).containsExactlyInAnyOrderElementsOf(held);
        assertThat(leases.want(other, held.get(1).sessionId())).isTrue();
        assertThat(leases.quarantine(agent, held.get(1), "x")).isTrue();
        assertThat(leases.list()).hasSize(30);
        assertThat(disturbance.operator().isValid(5)).isTrue();
      }
    }
    // No beat touches an index, but the few whose page is full of rows that the snapshot may see.
    String hot =
        """
        select n_tup_hot_upd > 0.9 * n_tup_upd from pg_stat_user_tables
         where relname = 'session_agents' and n_tup_upd >= 350
        """;
    await().until(() -> database.query(hot), List.of("t")::equals);
  }

  /** Agents of one database, whose beats are timed. */
  private static final class Fleet implements AutoCloseable {
    private final JdbcSessionStore store;
    private final SessionLeases leases;
    private final List<Long> agents = new ArrayList<>();
    private final List<List<Lease>> held = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();

    Fleet(TestDatabase database) {
      database.insertMany(1000);
      store = database.store();
      leases = store.as(SessionLeases.class).orElseThrow();
      for (int i = 0; i < AGENTS; i++) agents.add(leases.register(AGENT, 0).agentId());
      for (long agent : agents) held.add(leases.claim(agent, 90, TIMELINE));
    }

    void beat(int number) {
      long start = System.nanoTime();
      assertThat(leases.beat(agents.get(number % AGENTS), number, AgentHealth.STARTING))
          .isPresent();
      nanos.add(System.nanoTime() - start);
      if (number % 50 == 0) {
        long agent = agents.get(0);
        leases.release(agent, leases.claim(agent, 5, TIMELINE), Duration.ZERO);
      }
    }

    double medianMillisOfLast(int beats) {
      long[] last =
          nanos.subList(nanos.size() - beats, nanos.size()).stream()
              .mapToLong(Long::longValue)
              .sorted()
              .toArray();
      return last[last.length / 2] / 1e6;
    }

    double longestMillis() {
      return nanos.stream().mapToLong(Long::longValue).max().orElseThrow() / 1e6;
    }

    void assertNothingLost() {
      assertThat(leases.beat(agents.get(0), -1, AgentHealth.STARTING).orElseThrow().agents())
          .extracting(FleetAgent::held)
          .containsOnly(90)
          .hasSize(AGENTS);
      for (int i = 0; i < AGENTS; i++) {
        assertThat(leases.held(agents.get(i), TIMELINE))
            .containsExactlyInAnyOrderElementsOf(held.get(i));
      }
    }

    @Override
    public void close() {
      store.close();
    }
  }

  /** Beside a fleet that nobody disturbs, in turns, over as many beats as an hour has. */
  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void beatAtMostFiveTimesAsLong(Postgres postgres) throws Exception {
    TestDatabase disturbed = TestDatabase.migrated(postgres);
    try (Fleet beside = new Fleet(disturbed);
        Fleet alone = new Fleet(TestDatabase.migrated(postgres))) {
      long start = System.nanoTime();
      try (Disturbance disturbance = Disturbance.in(disturbed, beside.held.get(0).get(0))) {
        beatInTurns(beside, alone);
        assertThat(disturbance.operator().isValid(5)).isTrue();
      }
      print(postgres, Duration.ofNanos(System.nanoTime() - start), beside, alone);
      double ratio = beside.medianMillisOfLast(1000) / alone.medianMillisOfLast(1000);
      assertThat(ratio).isLessThan(5);
      assertThat(beside.longestMillis()).as("far below what others wait").isLessThan(10_000);
      beside.assertNothingLost();
      alone.assertNothingLost();
    }
  }

  private static void beatInTurns(Fleet beside, Fleet alone) throws InterruptedException {
    Semaphore due = new Semaphore(0);
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    try {
      Future<?> ticking =
          clock.scheduleAtFixedRate(due::release, 0, 1_000_000 / PER_SECOND, TimeUnit.MICROSECONDS);
      for (int number = 0; number < AGENTS * BEATS; number++) {
        due.acquire();
        beside.beat(number);
        alone.beat(number);
      }
      ticking.cancel(true);
    } finally {
      clock.shutdownNow();
    }
  }

  private static void print(Postgres postgres, Duration open, Fleet beside, Fleet alone) {
    System.out.println(
        "beats on the %s PostgreSQL beside an update and a snapshot of %s s: median %s ms, alone %s ms; longest %s ms, alone %s ms"
            .formatted(
                postgres,
                open.toSeconds(),
                beside.medianMillisOfLast(1000),
                alone.medianMillisOfLast(1000),
                beside.longestMillis(),
                alone.longestMillis()));
  }
}
