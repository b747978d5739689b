package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Activity;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.NewKey;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionReport;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.DocumentedRoles;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that the grants in docs/security.md allow what they are meant for, and no more. */
@ParameterizedClass
@CsvSource({"OLDEST, false", "NEWEST, false", "NEWEST, true"})
class DocumentedRolesTest {
  @Parameter(0)
  Postgres postgres;

  /** Some operators do this, since they trust PostgreSQL's defaults less than we do. */
  @Parameter(1)
  boolean executeIsRevoked;

  private TestDatabase database;
  private String prefix;

  @BeforeEach
  void grant() {
    database = postgres.createDatabase();
    database.migrate();
    prefix = database.name() + "_";
    if (executeIsRevoked) {
      database.execute("revoke execute on all functions in schema public from public");
    }
    DocumentedRoles.on(database, executeIsRevoked);
  }

  private JdbcSessionStore store(String role, MasterKey... keys) {
    String url = database.url(prefix + role);
    return keys.length == 0
        ? JdbcSessionStore.open(url)
        : JdbcSessionStore.open(url, OpenPgpSealer.of(() -> List.of(keys)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"keys", "rotate"})
  void keysAreChangedRotatedAndPrunedInTheDatabase(String role) {
    database.insertByGuide("1", "sess_1");
    try (JdbcSessionStore store = store(role)) {
      store.changeKey(NewKey.generated());
      assertThat(store.rotate().done()).isEqualTo(1);
      assertThat(store.prune(1)).isTrue();
    }
    assertThat(database.query("select activity_type from session_activity where session_id = '*'"))
        .containsExactly("key_changed", "key_retired", "key_pruned");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select master_key from encryption_keys",
        "select api_hash_encrypted from user_sessions",
        "update user_sessions set key_version = 1",
        "select session_follow_key('{1}'::bigint[], '{}'::bytea[], '{forged}'::text[], 1)"
      })
  void whoChangesKeysReadsNeitherKeysNorHashes(String sql) {
    database.insertByGuide("1", "sess_1");
    assertDenied("keys", sql);
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent", "manager", "monitor"})
  void othersMoveNothing(String role) {
    assertDenied(role, "select session_follow_key(-1, null, false)");
    // As after a restore without grants.
    database.execute(
        "grant execute on function session_follow_key(bigint, integer, boolean), session_follow_key(bigint[], bytea[], text[], integer), session_key_require_right() to public");
    assertDenied(role, "select session_follow_key(-1, null, false)");
    assertDenied(
        role, "select session_follow_key('{1}'::bigint[], '{}'::bytea[], '{forged}'::text[], 1)");
    assertDenied(role, "update encryption_keys set retired_at = now()");
  }

  /** Does everything that the REST API and the command line do. */
  private static void manage(ManagedSessionStore store) {
    store.edit(SessionEdit.of(ExternalStores.session("3")).build());
    store.edit(SessionEdit.of("3").phone(null).sessionId("sess_c").build());
    assertThat(store.summaryOfUser("3")).isEqualTo(store.summaryOfSession("sess_c")).isPresent();
    assertThat(store.list(SessionQuery.all(10))).hasSize(3);
    assertThat(store.counts().active()).isEqualTo(3);
    store.deactivate("sess_c");
    store.activate("sess_c");
    store.recordActivity(Activity.ALL_SESSIONS, "access_denied", Map.of());
    assertThat(store.activityCounts(Instant.now().minusSeconds(60), Duration.ofHours(1), 1))
        .hasSize(1);
    store.delete("sess_c");
    store.check();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachDoesItsPartWithAKeyOutside(boolean tampered) {
    database.insertByGuide("1", "sess_1");
    try (JdbcSessionStore store = store("rotate", ExternalStores.FIRST)) {
      store.changeKey(NewKey.external());
      assertThat(store.rotate().done()).isEqualTo(1);
    }
    try (JdbcSessionStore store = store("manager", ExternalStores.FIRST)) {
      assertThat(store.save(ExternalStores.session("1")).created()).isFalse();
      assertThat(store.save(ExternalStores.session("2")).created()).isTrue();
      manage(store.actingAs("ops"));
    }
    if (tampered) {
      database.executeWithoutTriggers("update user_sessions set api_id = 7 where user_id = '2'");
    }
    try (JdbcSessionStore store = store("agent", ExternalStores.FIRST)) {
      int[] counts = {0, 0};
      store.forEachActive(session -> counts[0]++, unreadable -> counts[1]++);
      assertThat(counts).containsExactly(tampered ? 1 : 2, tampered ? 1 : 0);
      assertThat(store.touch(List.of("sess_1", "sess_2"))).isEqualTo(2);
      assertThat(store.report(List.of(SessionReport.held("sess_1")))).containsExactly("sess_1");
      assertThat(store.report(List.of(SessionReport.of("sess_1", true)))).containsExactly("sess_1");
      store.check();
    }
    assertThat(
            database.query(
                "select details->>'by' from session_activity where activity_type = 'tampering_detected'"))
        .isEqualTo(tampered ? List.of(prefix + "agent") : List.of());
    try (JdbcSessionStore store = store("rotate", ExternalStores.SECOND, ExternalStores.FIRST)) {
      store.changeKey(NewKey.external());
      store.rotate();
      store.changeKey(NewKey.generated());
      assertThat(store.rotate().complete()).isTrue();
    }
  }

  /** Such a role was granted its rights for schema version 1. */
  @Test
  void aManagerWithoutKeyVersionsSavesUnderADatabaseKey() {
    database.execute(
        "revoke insert (key_version), update (key_version) on user_sessions from "
            + prefix
            + "manager");
    try (JdbcSessionStore store = store("manager")) {
      assertThat(store.save(ExternalStores.session("1")).created()).isTrue();
      assertThat(store.findByUserId("1").orElseThrow().apiHash().exposeSecret())
          .isEqualTo(Canary.API_HASH);
    }
    try (JdbcSessionStore store = store("manager", ExternalStores.FIRST)) {
      assertThat(store.save(ExternalStores.session("1")).session().revision()).isEqualTo(1);
    }
  }

  private void assertDenied(String role, String sql) {
    try (Connection connection = database.dataSource(prefix + role).getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(sql))
          .isInstanceOf(SQLException.class)
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("42501");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
