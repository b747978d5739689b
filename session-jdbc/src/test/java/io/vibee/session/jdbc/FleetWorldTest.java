package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a crash of the server and a promotion change, on a server of the test's own. */
@Tag("slow")
class FleetWorldTest {
  private static final String WORLD = "select world, timeline, settled from session_fleet_world()";
  private static final String CLAIM = "select token from session_fleet_claim(%s, 1, %s, null)";
  private static final String REGISTER =
      "select agent_id from session_fleet_register('a', null, 1, 9, '60 s', null, null, 1)";

  @ParameterizedTest
  @EnumSource
  void isAnotherAfterACrashAndOnAnotherTimelineAfterAPromotion(
      Postgres postgres, @TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    String token;
    String agent;
    String world;
    try (EmbeddedPostgres server = postgres.startAnother(data, Map.of())) {
      try (Connection connection = server.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(TestDatabase.migration());
        statement.execute(TestDatabase.fleetMigration());
        statement.execute("insert into session_leases (session_id, runnable) values ('a', true)");
      }
      world = value(server, WORLD);
      assertThat(value(server, WORLD)).isEqualTo(world).endsWith("|1|t");
      agent = value(server, REGISTER);
      assertThat(agent).isEqualTo("" + ((1L << 40) + 1));
      token = value(server, CLAIM.formatted(agent, 1));

      crash(server);
      String after = value(server, WORLD);
      assertThat(after).isNotEqualTo(world).endsWith("|1|t");
      world = after;
    }
    try (EmbeddedPostgres server = postgres.startAnother(data, Map.of())) {
      assertThat(value(server, WORLD)).as("after an orderly stop").isEqualTo(world);
    }

    Files.createFile(data.resolve("standby.signal"));
    try (EmbeddedPostgres server = postgres.startAnother(data, Map.of())) {
      assertThatThrownBy(() -> value(server, WORLD))
          .hasMessageContaining("this server is a standby, which cannot serve the fleet");
      assertThat(value(server, "select pg_promote()")).isEqualTo("t");
      assertThat(value(server, WORLD)).as("where nobody has waited").endsWith("|2|f");
      String first = agent;
      for (String call : List.of("claim(%s, 1, 1, null)", "held(%s, 1)")) {
        assertThatThrownBy(() -> value(server, "select session_fleet_" + call.formatted(first)))
            .hasMessageContaining("this server is on timeline 2, not on 1");
      }
      // As if the promoted server had heard neither of the claim nor of the agent.
      value(server, "update session_leases set agent_id = null, token = 0 returning token");
      value(server, "update session_fleet set last_agent_id = 0 returning id");
      String newcomer = value(server, REGISTER);
      assertThat(newcomer).isEqualTo("" + ((2L << 40) + 1));
      assertThat(value(server, WORLD)).as("registering settles nothing").endsWith("|f");
      String later = value(server, CLAIM.formatted(newcomer, 2));
      assertThat(value(server, WORLD)).endsWith("|t");
      assertThat(Long.parseLong(later))
          .isGreaterThan(Long.parseLong(token))
          .isEqualTo((2L << 40) + 1);
    }
  }

  /** Kills the process of a connection: the server ends all others, and recovers. */
  private static void crash(EmbeddedPostgres server) throws SQLException {
    Connection victim = server.getPostgresDatabase().getConnection();
    try (Statement statement = victim.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      assertThat(ProcessHandle.of(row.getLong(1)).orElseThrow().destroyForcibly()).isTrue();
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> !victim.isValid(1));
    victim.close();
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> value(server, "select pg_is_in_recovery()").equals("f"));
  }

  private static String value(EmbeddedPostgres server, String sql) {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      List<String> columns = new ArrayList<>();
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) columns.add(row.getString(i));
      return String.join("|", columns);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
