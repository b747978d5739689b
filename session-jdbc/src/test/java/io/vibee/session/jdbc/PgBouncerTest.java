package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetConnection;
import io.vibee.session.Lease;
import io.vibee.session.LoadReport;
import io.vibee.session.NewKey;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.RotationProgress;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionLoader;
import io.vibee.session.jdbc.testing.PgBouncer;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Everything through PgBouncer in transaction mode, with two server connections for all clients.
 */
class PgBouncerTest {
  private final TestDatabase database = Postgres.NEWEST.createDatabase();
  private PgBouncer bouncer;
  private String url;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    bouncer = PgBouncer.start(database, "transaction", 2, folder);
    url = bouncer.url();
  }

  @AfterEach
  void stop() {
    if (bouncer != null) bouncer.close();
  }

  @Test
  void migratesStoresAndStreams() throws Exception {
    SessionMigrations.migrate(url);
    SessionMigrations.migrate(url);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (JdbcSessionStore store = JdbcSessionStore.open(url);
        JdbcSessionStore other = JdbcSessionStore.open(url)) {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String user = "u" + i;
        JdbcSessionStore one = i % 2 == 0 ? store : other;
        work.add(
            () -> {
              one.save(TestSessions.session(user));
              one.touch(List.of("sess_" + user));
              one.recordActivity("sess_" + user, Activity.LOGIN, Map.of());
              assertThat(one.findByUserId(user)).isPresent();
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(work)) done.get();
    } finally {
      threads.shutdownNow();
    }
    try (SessionLoader loader =
        SessionLoader.fromEnvironment(Map.of("DATABASE_URL", url, "MULTI_TENANT", "true"))) {
      for (int i = 0; i < 10; i++) {
        LoadReport report = loader.forEach(session -> {});
        assertThat(report.loaded()).isEqualTo(200);
      }
    }
  }

  /** By the functions, as an agent in any language calls them: one statement, one transaction. */
  @Test
  void sharesSessionsAmongAgents() throws Exception {
    SessionMigrations.migrate(url);
    database.insertMany(200);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<String> held = new ArrayList<>();
    try {
      Callable<List<String>> agent = this::registerBeatClaimAndRelease;
      for (Future<List<String>> each : threads.invokeAll(Collections.nCopies(8, agent))) {
        held.addAll(each.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(held).doesNotHaveDuplicates().isNotEmpty();
    assertThat(database.query("select session_id from session_leases where agent_id is not null"))
        .containsExactlyInAnyOrderElementsOf(held);
    assertThat(
            database.query(
                "select 1 from session_agents a where a.held <> (select count(*) from session_leases l where l.agent_id = a.id)"))
        .isEmpty();
  }

  private List<String> registerBeatClaimAndRelease() throws SQLException {
    PGSimpleDataSource pooled = database.dataSource();
    pooled.setPortNumbers(new int[] {bouncer.port()});
    pooled.setPrepareThreshold(0);
    try (Connection connection = pooled.getConnection();
        Statement statement = connection.createStatement()) {
      String agent =
          texts(
                  statement,
                  "select agent_id from session_fleet_register('a', null, 1, 100, '60 s', null, null, 1)")
              .get(0);
      for (int beat = 2; beat < 12; beat++) {
        assertThat(
                texts(
                    statement,
                    "select held from session_fleet_beat(" + agent + ", " + beat + ", 0, false)"))
            .isNotEmpty();
        texts(statement, "select session_id from session_fleet_claim(" + agent + ", 10, 1, null)");
        texts(
            statement,
            """
            select session_id from session_fleet_release(%1$s,
              array(select session_id::text from session_leases where agent_id = %1$s order by 1 limit 3),
              array(select token from session_leases where agent_id = %1$s order by session_id::text limit 3), '0')
            """
                .formatted(agent));
        assertThat(texts(statement, "show synchronous_commit"))
            .as("nothing stays on the pooler's connection")
            .containsExactly("off");
      }
      return texts(statement, "select session_id from session_fleet_held(" + agent + ", 1)");
    }
  }

  @Test
  void sharesSessionsAmongAgentsOfStores() throws Exception {
    SessionMigrations.migrate(url);
    database.insertMany(200);
    AgentRegistration told = AgentRegistration.builder("a", Duration.ofSeconds(60), 100).build();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Lease> held = new ArrayList<>();
    try (JdbcSessionStore store = JdbcSessionStore.open(url)) {
      SessionLeases leases = store.as(SessionLeases.class).orElseThrow();
      Callable<List<Lease>> agent =
          () -> {
            FleetConnection signs = leases.connect(Duration.ofSeconds(10));
            RegisteredAgent me = signs.register(told, 1);
            long timeline = me.world().timeline();
            for (int beat = 2; beat < 12; beat++) {
              assertThat(signs.beat(me.agentId(), beat, AgentHealth.STARTING)).isPresent();
              List<Lease> claimed = leases.claim(me.agentId(), 10, timeline);
              leases.under(claimed).touch(claimed.stream().map(Lease::sessionId).toList());
              leases.release(
                  me.agentId(), claimed.stream().limit(3).toList(), Duration.ofMillis(1));
            }
            signs.close();
            return leases.held(me.agentId(), timeline);
          };
      for (Future<List<Lease>> each : threads.invokeAll(Collections.nCopies(8, agent))) {
        held.addAll(each.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(held).extracting(Lease::sessionId).doesNotHaveDuplicates();
    assertThat(database.query("select token from session_leases where agent_id is not null"))
        .hasSameSizeAs(held);
  }

  private static List<String> texts(Statement statement, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) texts.add(row.getString(1));
    }
    return texts;
  }

  @Test
  void loadsOnTwoConnections() {
    SessionMigrations.migrate(url);
    database.insertMany(8000);
    try (JdbcSessionStore store = JdbcSessionStore.open(url)) {
      for (int i = 0; i < 10; i++) {
        List<Integer> users = new ArrayList<>();
        store.forEachActive(
            session -> users.add(Integer.valueOf(session.userId())), unreadable -> {});
        assertThat(users).hasSize(8000).isSorted();
      }
    }
  }

  @Test
  void changesKeysAndRotatesFromSeveralClientsAtOnce() throws Exception {
    SessionMigrations.migrate(url);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (JdbcSessionStore store = JdbcSessionStore.open(url)) {
      for (int i = 0; i < 50; i++) store.save(TestSessions.session("u" + i));
      for (int change = 0; change < 5; change++) {
        store.changeKey(NewKey.generated());
        Callable<RotationProgress> rotate = store::rotate;
        long done = 0;
        for (Future<RotationProgress> part :
            threads.invokeAll(List.of(rotate, rotate, rotate, rotate))) {
          assertThat(part.get().complete()).isTrue();
          done += part.get().done();
        }
        assertThat(done).isEqualTo(50);
      }
      assertThat(store.keys().get(0).sessions()).isEqualTo(50);
    } finally {
      threads.shutdownNow();
    }
    // What a rotation tells the triggers stays in its transaction.
    database.execute("update user_sessions set phone = '+10005550199' where user_id = 'u1'");
    assertThat(database.value("select revision from user_sessions where user_id = 'u1'"))
        .isEqualTo("2");
  }
}
