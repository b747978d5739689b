package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vibee.session.ActivityQuery;
import io.vibee.session.Finding;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionQuery;
import io.vibee.session.jdbc.testing.CapturedLog;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that a store does on a server that was stopped and started again as a standby. */
@Tag("slow")
class StandbyTest {
  /** Enough for a load to use its second connection. */
  private static final int SESSIONS = 5000;

  private static final String FILL =
      """
      insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
        select n::text, 'sess_' || n, 94892,
               pgp_sym_encrypt('made_up_hash', (select master_key from encryption_keys where id = 1))
          from generate_series(1, %d) n
      """
          .formatted(SESSIONS);

  @Test
  void servesEveryCallThatReads(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    try (EmbeddedPostgres server = Postgres.NEWEST.startAnother(data, Map.of());
        Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(TestDatabase.migration());
      statement.execute(FILL);
    }
    Files.createFile(data.resolve("standby.signal"));
    try (EmbeddedPostgres server = Postgres.NEWEST.startAnother(data, Map.of())) {
      String url = "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
      try (JdbcSessionStore store = JdbcSessionStore.open(url + "?target_session_attrs=standby")) {
        assertReads(store);
        assertThat(examined(store))
            .contains(
                Finding.ok(
                    "standby", "this server is a standby; the store was opened for reading only"));
      }
      DataSource dataSource = server.getPostgresDatabase();
      try (JdbcSessionStore store = JdbcSessionStore.overStandby(dataSource, null)) {
        assertReads(store);
      }
    }
  }

  private static List<Finding> examined(JdbcSessionStore store) {
    List<Finding> findings = new ArrayList<>();
    store.examineAll(findings::add, read -> {});
    assertThat(findings).noneMatch(finding -> finding.status() == Finding.Status.FAILED);
    return findings;
  }

  private static void assertReads(JdbcSessionStore store) {
    assertThatCode(store::check).doesNotThrowAnyException();
    assertThat(store.findByUserId("7")).isPresent();
    assertThat(store.findBySessionId("sess_7")).isPresent();
    try (CapturedLog log = new CapturedLog("io.vibee.session")) {
      assertThat(active(store)).isEqualTo(SESSIONS);
      assertThat(log.lines()).noneMatch(line -> line.contains("one connection"));
    }
    long[] all = {0};
    store.forEach(session -> all[0]++, unreadable -> {});
    assertThat(all[0]).isEqualTo(SESSIONS);
    assertThat(store.counts()).isEqualTo(new SessionCounts(0, SESSIONS, 0));
    assertThat(store.list(SessionQuery.all(3))).hasSize(3);
    assertThat(store.summaryOfUser("7")).isEqualTo(store.summaryOfSession("sess_7")).isPresent();
    assertThat(store.activity(ActivityQuery.latest(5))).hasSize(5);
    Instant from = Instant.parse("2026-11-22T00:00:00Z");
    assertThat(store.activityCounts(from, Duration.ofDays(1), 2)).hasSize(2);
    assertThat(store.keys()).hasSize(1);
    ReadOnlyStoreTest.assertRefusesChanges(store);
  }

  private static long active(JdbcSessionStore store) {
    long[] active = {0};
    store.forEachActive(session -> active[0]++, unreadable -> {});
    return active[0];
  }
}
