package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Lease;
import io.vibee.session.jdbc.testing.PgBouncer;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Agents that claim and release at once, in transactions a third of which is rolled back. */
class FleetAtRandomTest {
  private static final int AGENTS = 8;
  private static final int SESSIONS = 60;
  private static final int TRANSACTIONS = 40;

  /** What one agent knows of itself by what it committed. */
  private static final class Agent {
    private final Random random;
    private final Statement statement;
    private final long id;
    private final List<Lease> everHeld = new ArrayList<>();
    private Map<String, Long> held = new HashMap<>();

    Agent(Statement statement, long seed) throws SQLException {
      this.random = new Random(seed);
      this.statement = statement;
      this.id =
          call("register('a', null, 1, 100, '60 s', null, null, 1)", row -> row.getLong(1)).get(0);
    }

    @FunctionalInterface
    private interface Reader<T> {
      T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> call(String function, Reader<T> reader) throws SQLException {
      List<T> rows = new ArrayList<>();
      try (ResultSet row = statement.executeQuery("select * from session_fleet_" + function)) {
        while (row.next()) rows.add(reader.read(row));
      }
      return rows;
    }

    private static Lease lease(ResultSet row) throws SQLException {
      return new Lease(row.getString(1), row.getLong(2));
    }

    void claimAndRelease() throws SQLException {
      Map<String, Long> after = new HashMap<>(held);
      List<Lease> claimed =
          call("claim(%d, %d, 1, null)".formatted(id, 1 + random.nextInt(9)), Agent::lease);
      claimed.forEach(lease -> after.put(lease.sessionId(), lease.token()));
      List<Lease> given =
          held.entrySet().stream()
              .filter(lease -> random.nextInt(3) == 0)
              .map(lease -> new Lease(lease.getKey(), lease.getValue()))
              .toList();
      for (Lease released : call(release(given), Agent::lease)) {
        after.remove(released.sessionId(), released.token());
      }
      if (random.nextInt(3) == 0) {
        statement.getConnection().rollback();
        return;
      }
      statement.getConnection().commit();
      everHeld.addAll(claimed);
      held = after;
    }

    private String release(List<Lease> given) {
      return "release(%d, array[%s]::text[], array[%s]::bigint[], '0')"
          .formatted(
              id,
              given.stream().map(l -> "'" + l.sessionId() + "'").collect(Collectors.joining(",")),
              given.stream().map(l -> "" + l.token()).collect(Collectors.joining(",")));
    }
  }

  private static Agent live(PGSimpleDataSource server, long seed) throws SQLException {
    try (Connection connection = server.getConnection();
        Statement statement = connection.createStatement()) {
      Agent agent = new Agent(statement, seed);
      connection.setAutoCommit(false);
      for (int i = 0; i < TRANSACTIONS; i++) agent.claimAndRelease();
      return agent;
    }
  }

  private static void shareSessions(TestDatabase database, PGSimpleDataSource server)
      throws Exception {
    database.insertMany(SESSIONS);
    ExecutorService threads = Executors.newFixedThreadPool(AGENTS);
    List<Agent> agents = new ArrayList<>();
    try {
      List<Callable<Agent>> lives = new ArrayList<>();
      for (int seed = 0; seed < AGENTS; seed++) {
        long own = seed;
        lives.add(() -> live(server, own));
      }
      for (Future<Agent> each : threads.invokeAll(lives)) agents.add(each.get());
    } finally {
      threads.shutdownNow();
    }
    assertThat(agents.stream().flatMap(agent -> agent.everHeld.stream()).toList())
        .as("no token twice")
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(SESSIONS);
    List<String> held = new ArrayList<>();
    for (Agent agent : agents) {
      agent.held.forEach(
          (session, token) -> held.add(String.join("|", session, "" + agent.id, "" + token)));
    }
    assertThat(
            database.query(
                "select session_id, agent_id, token from session_leases where agent_id is not null"))
        .as("what they know, and what the table says")
        .containsExactlyInAnyOrderElementsOf(held);
    assertThat(
            database.query(
                "select 1 from session_agents a where a.held <> (select count(*) from session_leases l where l.agent_id = a.id)"))
        .isEmpty();
    Map<String, Long> last = new HashMap<>();
    for (String row : database.query("select session_id, token from session_leases")) {
      String[] columns = row.split("\\|", 2);
      last.put(columns[0], Long.valueOf(columns[1]));
    }
    assertThat(agents.stream().flatMap(agent -> agent.everHeld.stream()).toList())
        .allMatch(lease -> lease.token() <= last.get(lease.sessionId()));
    long heir =
        Long.parseLong(
            database.value(
                "select agent_id from session_fleet_register('a', null, 1, 100, '60 s', null, null, 1)"));
    assertThat(database.query("select 1 from session_fleet_claim(" + heir + ", 100, 1, null)"))
        .as("what nobody has")
        .hasSize(SESSIONS - held.size());
  }

  @ParameterizedTest
  @EnumSource
  void holdWhatTheyCommitted(Postgres postgres) throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    shareSessions(database, database.dataSource());
  }

  /** With fewer connections to the server than agents. */
  @Test
  void holdWhatTheyCommittedThroughAPooler(@TempDir Path folder) throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (PgBouncer bouncer = PgBouncer.start(database, "transaction", 3, folder)) {
      PGSimpleDataSource pooled = database.dataSource();
      pooled.setPortNumbers(new int[] {bouncer.port()});
      shareSessions(database, pooled);
    }
  }
}
