package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.ChangeCursor;
import io.vibee.session.Changes;
import io.vibee.session.FleetView;
import io.vibee.session.FleetWorld;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionChange;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.testing.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Crashes of a server that has not yet written what it last did: it hands out transaction ids
 * again, and changes are lost that a feed has told.
 */
@Tag("slow")
class FleetCrashTest {
  /** Writes the log of a transaction that nobody waits for as late as the server can. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "synchronous_commit", "off",
          "wal_writer_delay", "10s",
          "wal_level", "minimal",
          "max_wal_senders", "0");

  private static final int CRASHES = 3;

  private static final String LAST_IS_IN =
      "select pg_visible_in_snapshot(xid, '%s') from session_activity order by id desc limit 1";

  private static final String PHONES = "select count(*) from user_sessions where phone = 'told'";

  /** Each in a transaction of its own, which gets an id and takes it back. */
  private static final String BURN_IDS =
      """
      do $$ begin
        for i in 1..2000 loop
          perform pg_current_xact_id();
          rollback;
        end loop;
      end $$
      """;

  private static JdbcSessionStore migrated(EmbeddedPostgres server) {
    String url = "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
    SessionMigrations.migrate(url);
    return JdbcSessionStore.open(url);
  }

  @ParameterizedTest
  @EnumSource
  void missesNoChangeWhoseTransactionIdCameAgain(Postgres postgres, @TempDir Path folder)
      throws Exception {
    int again = 0;
    try (EmbeddedPostgres server = postgres.startAnother(folder.resolve("data"), SETTINGS);
        JdbcSessionStore store = migrated(server)) {
      SessionChanges feed = store.as(SessionChanges.class).orElseThrow();
      store.save(TestSessions.session("1"));
      execute(server, "checkpoint");
      ChangeCursor cursor = feed.start();
      for (int crash = 1; crash <= CRASHES; crash++) {
        String phone = "+1000555" + crash;
        for (int i = 0; i < 2; i++) execute(server, BURN_IDS);
        Changes before = feed.since(cursor);
        assertThat(before.everything()).isFalse();
        assertThat(before.list()).isEmpty();
        String known = before.cursor().snapshot();

        crash(server, store);
        execute(
            server,
            "set synchronous_commit = on; update user_sessions set phone = '" + phone + "'");
        // Its id was given out before, so that the snapshot alone would tell of no change.
        if (value(server, LAST_IS_IN.formatted(known)).equals("t")) again++;

        Changes told = feed.since(before.cursor());
        assertThat(told.everything()).isTrue();
        assertThat(store.findByUserId("1").orElseThrow().phone()).isEqualTo(phone);
        assertThat(feed.since(told.cursor()).everything()).isFalse();
        execute(server, "update user_sessions set username = 'u" + crash + "'");
        Changes after = feed.since(told.cursor());
        assertThat(after.everything()).isFalse();
        assertThat(after.list())
            .extracting(SessionChange::toString)
            .containsExactly("session_updated of sess_1");
        cursor = after.cursor();
      }
    }
    assertThat(again).as("crashes after which an id came again").isPositive();
    System.out.println("transaction ids came again after " + again + " of " + CRASHES + " crashes");
  }

  /** Where the role's default is to promise what is not yet on disk. */
  @ParameterizedTest
  @EnumSource
  void keepsWhatAnAgentWasPromised(Postgres postgres, @TempDir Path folder) throws Exception {
    boolean lost = false;
    try (EmbeddedPostgres server = postgres.startAnother(folder.resolve("data"), SETTINGS);
        JdbcSessionStore store = migrated(server)) {
      SessionLeases leases = store.as(SessionLeases.class).orElseThrow();
      SessionChanges feed = store.as(SessionChanges.class).orElseThrow();
      for (int i = 1; i <= 9; i++) store.save(TestSessions.session("" + i));
      RegisteredAgent agent =
          leases.register(AgentRegistration.builder("a", Duration.ofSeconds(60), 9).build(), 1);
      long id = agent.agentId();
      FleetWorld world = agent.world();
      List<Lease> held = leases.claim(id, 9, 1);
      for (int crash = 1; crash <= CRASHES; crash++) {
        List<Lease> given = held.subList(0, 4);
        List<Lease> kept = held.subList(4, 9);
        assertThat(leases.release(id, given, Duration.ZERO)).hasSize(4);
        assertThat(leases.beat(id, crash, AgentHealth.STARTING)).isPresent();
        ChangeCursor cursor = feed.start();
        execute(server, "update user_sessions set phone = 'told', username = 'u" + crash + "'");
        Changes told = feed.since(cursor);
        assertThat(told.list()).hasSize(9);

        crash(server, store);
        // Committed without waiting for the disk.
        lost |= value(server, PHONES).equals("0");
        assertThat(leases.held(id, 1)).containsExactlyInAnyOrderElementsOf(kept);
        FleetView view = leases.beat(id, -crash, AgentHealth.STARTING).orElseThrow();
        assertThat(view.world()).isNotEqualTo(world);
        assertThat(view.world().timeline()).isEqualTo(1);
        assertThat(view.settled()).isTrue();
        assertThat(view.agents().get(0).held()).isEqualTo(5);
        assertThat(feed.since(told.cursor()).everything()).isTrue();
        world = view.world();
        List<Lease> claimed = leases.claim(id, 9, 1);
        assertThat(claimed)
            .containsExactlyInAnyOrderElementsOf(
                given.stream().map(l -> new Lease(l.sessionId(), l.token() + 1)).toList());
        held = Stream.concat(kept.stream(), claimed.stream()).toList();
      }
    }
    assertThat(lost).as("a change was told and lost").isTrue();
  }

  /** Kills the process of a connection: the server ends all others, and recovers. */
  private static void crash(EmbeddedPostgres server, JdbcSessionStore store) throws SQLException {
    try (Connection victim = server.getPostgresDatabase().getConnection();
        Statement statement = victim.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      assertThat(ProcessHandle.of(row.getLong(1)).orElseThrow().destroyForcibly()).isTrue();
      await().atMost(Duration.ofSeconds(30)).until(() -> !victim.isValid(1));
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(value(server, "select pg_is_in_recovery()")).isEqualTo("f");
              store.check();
            });
  }

  private static void execute(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String value(EmbeddedPostgres server, String sql) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
