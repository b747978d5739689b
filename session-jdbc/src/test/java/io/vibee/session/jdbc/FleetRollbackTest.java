package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.AgentEndedException;
import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waits for locks, and skipped rows, of transactions that are rolled back in the end. */
class FleetRollbackTest {
  private static final AgentRegistration AGENT =
      AgentRegistration.builder("agent", Duration.ofSeconds(60), 1000).build();

  private static final long TIMELINE = 1;
  private static final long FIRST = (TIMELINE << 40) + 1;

  private final ExecutorService background = Executors.newSingleThreadExecutor();
  private TestDatabase database;
  private JdbcSessionStore store;
  private SessionLeases leases;

  /** Somebody's transaction, which is rolled back. */
  private Connection transaction;

  private void open(Postgres postgres, int sessions) throws SQLException {
    database = TestDatabase.migrated(postgres);
    database.insertMany(sessions);
    store = database.store();
    leases = store.as(SessionLeases.class).orElseThrow();
    transaction = database.connect();
    transaction.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    background.shutdownNow();
    transaction.close();
    store.close();
  }

  private long agent() {
    return leases.register(AGENT, 1).agentId();
  }

  private List<Lease> inTransaction(String call) throws SQLException {
    List<Lease> rows = new ArrayList<>();
    try (Statement statement = transaction.createStatement();
        ResultSet row = statement.executeQuery("select * from session_fleet_" + call)) {
      boolean areLeases = row.getMetaData().getColumnCount() == 2;
      while (row.next()) {
        rows.add(new Lease(row.getString(1), areLeases ? row.getLong(2) : 0));
      }
    }
    return rows;
  }

  private void awaitSomebodyWaiting() {
    await()
        .until(
            () ->
                database.query(
                    "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"),
            waiting -> waiting.size() == 1);
  }

  @ParameterizedTest
  @EnumSource
  void endsAnAgentWhoseClaimIsRolledBack(Postgres postgres) throws Exception {
    open(postgres, 5);
    long victim = agent();
    long heir = agent();
    List<Lease> lost = inTransaction("claim(%d, 3, 1, null)".formatted(victim));
    assertThat(lost).hasSize(3);
    Future<Boolean> ended = background.submit(() -> leases.end(victim, 1));
    awaitSomebodyWaiting();
    List<Lease> others = leases.claim(heir, 9, TIMELINE);
    assertThat(others).as("skips what that claim may get").hasSize(2);
    transaction.rollback();
    assertThat(ended.get()).isTrue();

    List<Lease> rest = leases.claim(heir, 9, TIMELINE);
    assertThat(rest).as("nobody ever had them").containsExactlyInAnyOrderElementsOf(lost);
    assertThat(rest).allMatch(lease -> lease.token() == FIRST);
    assertThat(leases.held(heir, TIMELINE)).hasSize(5).containsAll(others).containsAll(rest);
    assertThatThrownBy(() -> leases.claim(victim, 1, TIMELINE))
        .isInstanceOf(AgentEndedException.class);
    assertThat(database.value("select settled, held from session_agents where id = " + victim))
        .isEqualTo("t|0");
    assertThat(database.query("select distinct bad_ends from session_leases"))
        .as("it had nothing when it died")
        .containsExactly("0");
  }

  /** A claim has written its agent's row when it returns; so the agent's own beat waits for it. */
  @ParameterizedTest
  @EnumSource
  void beatsOnceItsClaimIsRolledBack(Postgres postgres) throws Exception {
    open(postgres, 3);
    long agent = agent();
    leases.claim(agent, 1, TIMELINE);
    assertThat(inTransaction("claim(%d, 9, 1, null)".formatted(agent))).hasSize(2);
    Future<Optional<FleetView>> beat =
        background.submit(() -> leases.beat(agent, 2, AgentHealth.STARTING));
    awaitSomebodyWaiting();
    transaction.rollback();
    FleetView view = beat.get().orElseThrow();
    assertThat(view.agents().get(0).beat()).isEqualTo(2);
    assertThat(view.agents().get(0).held()).isEqualTo(1);
    assertThat(view.claimable()).isEqualTo(2);
    assertThat(leases.end(agent, 1)).as("who has seen its first beat").isFalse();
    assertThat(leases.claim(agent, 9, TIMELINE)).hasSize(2);
  }

  /** By the time after the wait: what has cooled down meanwhile is claimed, too. */
  @ParameterizedTest
  @EnumSource
  void claimsOnceTheEndOfItsAgentIsRolledBack(Postgres postgres) throws Exception {
    open(postgres, 3);
    long agent = agent();
    List<Lease> cooling = leases.claim(agent, 2, TIMELINE);
    leases.release(agent, cooling, Duration.ofMillis(300));
    assertThat(inTransaction("end(%d, 1)".formatted(agent))).hasSize(1);
    Future<List<Lease>> claimed = background.submit(() -> leases.claim(agent, 9, TIMELINE));
    awaitSomebodyWaiting();
    await()
        .until(
            () -> database.value("select max(free_at) < clock_timestamp() from session_leases"),
            "t"::equals);
    transaction.rollback();
    assertThat(claimed.get())
        .hasSize(3)
        .containsAll(
            cooling.stream().map(lease -> new Lease(lease.sessionId(), FIRST + 1)).toList());
    assertThat(leases.beat(agent, 2, AgentHealth.STARTING)).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void claimsOrphansThatAnotherClaimGaveBack(Postgres postgres) throws Exception {
    open(postgres, 4);
    long dead = agent();
    long first = agent();
    long second = agent();
    leases.claim(dead, 4, TIMELINE);
    leases.beat(dead, 1, new AgentHealth(4, true));
    leases.end(dead, 1);
    String state = "select settled, clean from session_agents where id = " + dead;
    for (int round = 0; round < 2; round++) {
      assertThat(inTransaction("claim(%d, 9, 1, null)".formatted(first))).hasSize(4);
      assertThat(leases.claim(second, 9, TIMELINE)).isEmpty();
      assertThat(database.value(state)).as("somebody may still need to take over").startsWith("f");
      transaction.rollback();
    }
    assertThat(leases.claim(second, 3, TIMELINE)).hasSize(3);
    assertThat(database.value(state)).isEqualTo("f|f");
    assertThat(leases.claim(first, 9, TIMELINE)).hasSize(1);
    assertThat(database.value(state)).isEqualTo("t|f");
    assertThat(database.query("select distinct token, bad_ends from session_leases"))
        .containsExactly((FIRST + 1) + "|0");
  }

  @ParameterizedTest
  @EnumSource
  void countsADeathOnceWhoeverBeganToTakeOver(Postgres postgres) throws Exception {
    open(postgres, 4);
    long dead = agent();
    long first = agent();
    long second = agent();
    leases.claim(dead, 4, TIMELINE);
    leases.end(dead, 1);
    for (int round = 0; round < 2; round++) {
      assertThat(inTransaction("claim(%d, 9, 1, null)".formatted(first))).hasSize(4);
      assertThat(leases.claim(second, 9, TIMELINE)).isEmpty();
      transaction.rollback();
    }
    assertThat(leases.claim(second, 3, TIMELINE)).hasSize(3);
    assertThat(database.value("select settled, clean from session_agents where id = " + dead))
        .as("all were freed")
        .isEqualTo("t|f");
    assertThat(leases.claim(first, 9, TIMELINE)).hasSize(1);
    assertThat(database.query("select distinct token, bad_ends from session_leases"))
        .containsExactly((FIRST + 1) + "|1");
  }

  @ParameterizedTest
  @EnumSource
  void losesNothingThatWasNotReleasedOrQuarantinedInTheEnd(Postgres postgres) throws Exception {
    open(postgres, 4);
    long holder = agent();
    long other = agent();
    List<Lease> held = leases.claim(holder, 2, TIMELINE);
    String free = "select session_id from session_leases where agent_id is null order by 1";
    String spoiled = database.value(free);
    Lease released = held.get(0);
    assertThat(
            inTransaction(
                "release(%d, array['%s'], array[%d], '0')"
                    .formatted(holder, released.sessionId(), released.token())))
        .containsExactly(released);
    inTransaction("quarantine(null, '%s', null, 'x')".formatted(spoiled));
    assertThat(leases.claim(other, 9, TIMELINE))
        .hasSize(1)
        .noneMatch(lease -> lease.sessionId().equals(spoiled));
    transaction.rollback();

    assertThat(leases.claim(other, 9, TIMELINE)).containsExactly(new Lease(spoiled, FIRST));
    assertThat(leases.held(holder, TIMELINE)).containsExactlyInAnyOrderElementsOf(held);
    assertThat(leases.beat(holder, 2, AgentHealth.STARTING).orElseThrow().agents().get(0).held())
        .isEqualTo(2);
    assertThat(leases.release(holder, held, Duration.ZERO)).hasSize(2);
    assertThat(database.query("select 1 from session_activity where activity_type ~ 'quarantined'"))
        .isEmpty();
  }
}
