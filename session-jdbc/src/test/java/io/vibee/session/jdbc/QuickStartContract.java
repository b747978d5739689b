package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.LoadedSessions;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionLoader;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Psql;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The statements of the quick start to the letter, on one major of PostgreSQL. */
abstract class QuickStartContract {
  private static final String INSERT =
      """
      INSERT INTO user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone) VALUES (
          '100200300', 'sess_demo0001', 94892,
          pgp_sym_encrypt('0123456789abcdef0123456789abcdef', (SELECT master_key FROM encryption_keys WHERE id = 1)),
          '+10005550123');
      """;
  private static final String CHANGE_KEY =
      "UPDATE encryption_keys SET master_key = 'YOUR_NEW_KEY' WHERE id = 1;";
  private static final String TROUBLESHOOT =
      """
      SELECT pgp_sym_decrypt(api_hash_encrypted::bytea, (SELECT master_key FROM encryption_keys WHERE id = 1))
        FROM user_sessions WHERE user_id = '100200300';
      """;
  private static final Secret HASH = Secret.of("0123456789abcdef0123456789abcdef");

  private final TestDatabase database;
  private final Psql psql;

  QuickStartContract(Postgres postgres) {
    database = postgres.createDatabase();
    psql = Psql.on(database);
    psql.migrate();
  }

  @Test
  void runsFromInsertToTroubleshootingOnAFreshDatabase() {
    psql.execute(INSERT);
    everythingWorks();
  }

  @Test
  void runsTheSameAfterTheMigrationRanThreeTimes() {
    psql.migrate();
    psql.execute(INSERT);
    psql.migrate();
    everythingWorks();
  }

  private void everythingWorks() {
    assertThat(database.value("select get_byte(api_hash_encrypted, 3) from user_sessions"))
        .as("AES-256, though the INSERT wrote AES-128")
        .isEqualTo("9");
    assertThat(psql.query("select session_id, user_id, activity_type from session_activity"))
        .containsExactly("sess_demo0001|100200300|session_created");
    loadsInEveryMode();

    psql.execute(CHANGE_KEY);

    loadsInEveryMode();
    assertThat(psql.query(TROUBLESHOOT)).containsExactly(HASH.exposeSecret());
    assertThat(database.value("select get_byte(api_hash_encrypted, 3) from user_sessions"))
        .isEqualTo("9");
    monitoringQueriesAnswer();
  }

  private void loadsInEveryMode() {
    loads("single-db", Map.of("USER_ID", "100200300"));
    loads("multi-tenant", Map.of("MULTI_TENANT", "true"));
    loads("auto", Map.of());
  }

  private void loads(String mode, Map<String, String> variables) {
    var environment = new java.util.HashMap<>(variables);
    environment.put("DATABASE_URL", database.url());
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment)) {
      LoadedSessions loaded = loader.load();
      assertThat(loaded.report().mode()).isEqualTo(mode);
      assertThat(loaded.report().unreadable()).isEmpty();
      assertThat(loaded.sessions()).hasSize(1);
      Session session = loaded.sessions().get(0);
      assertThat(session.userId()).isEqualTo("100200300");
      assertThat(session.sessionId()).isEqualTo("sess_demo0001");
      assertThat(session.apiId()).isEqualTo(94892);
      assertThat(session.apiHash()).isEqualTo(HASH);
      assertThat(session.phone()).isEqualTo("+10005550123");
      assertThat(session.active()).isTrue();
      assertThat(session.authorized()).isFalse();
    }
  }

  private void monitoringQueriesAnswer() {
    assertThat(
            psql.query(
                "SELECT user_id, session_id, is_authorized, last_seen_at FROM user_sessions WHERE is_active = true;"))
        .containsExactly("100200300|sess_demo0001|f|null");
    List<String> activity =
        psql.query(
            "SELECT session_id, activity_type, created_at FROM session_activity ORDER BY created_at DESC LIMIT 10;");
    assertThat(activity).hasSize(2);
    assertThat(activity.get(0)).startsWith("*|key_changed|");
    assertThat(activity.get(1)).startsWith("sess_demo0001|session_created|");
    assertThat(
            psql.query(
                "SELECT is_authorized, COUNT(*) FROM user_sessions WHERE is_active = true GROUP BY is_authorized;"))
        .containsExactly("f|1");
  }
}
