package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where ordinary triggers do not fire, nothing is written past them; replication goes on. */
class ReplicaWritesTest {
  private static final String REPLICA = "set session_replication_role = replica; ";

  @ParameterizedTest
  @EnumSource
  void areRefused(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    String key = database.value("select md5(master_key) from encryption_keys");
    for (String sql :
        new String[] {
          "insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted) values ('2', 's', 1, 'in clear')",
          "update user_sessions set api_hash_encrypted = 'in clear'",
          "update user_sessions set is_active = false",
          "delete from user_sessions",
          "update encryption_keys set master_key = 'YOUR_NEW_KEY' where id = 1",
          "delete from encryption_keys",
          "insert into encryption_keys (id, master_key, version) values (2, 'x', 9)",
          "update session_activity set details = null",
          "delete from session_activity"
        }) {
      assertThat(database.failure(REPLICA + sql))
          .as(sql)
          .contains("is refused: session_replication_role is replica");
    }
    assertThat(database.value("select md5(master_key) from encryption_keys")).isEqualTo(key);
    // It changes nothing that a trigger looks at.
    database.execute(REPLICA + "update user_sessions set last_seen_at = now()");
    // By name: for a tool that replicates through connections of its own.
    database.execute(
        "set vibee.replica_writes = on; " + REPLICA + "update user_sessions set phone = '+2'");
  }

  @ParameterizedTest
  @EnumSource
  void ofTheServersOwnReplicationAreNot(Postgres postgres) {
    TestDatabase from = TestDatabase.migrated(postgres);
    TestDatabase to = TestDatabase.migrated(postgres);
    from.insertMany(3);
    to.execute("set vibee.replica_writes = on; " + REPLICA + "delete from encryption_keys");
    to.execute(
        "alter table session_activity disable trigger user; delete from session_activity;"
            + " alter table session_activity enable trigger user");
    String slot = from.name() + "_slot";
    from.execute(
        "create publication sessions for table user_sessions, encryption_keys, session_activity");
    from.query("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
    to.execute(
        """
        create subscription %1$s connection 'host=localhost port=%2$d dbname=%3$s user=postgres'
          publication sessions with (create_slot = false, slot_name = %1$s)
        """
            .formatted(slot, postgres.port(), from.name()));
    try {
      String rows =
          "select user_id, phone, key_version, encode(api_hash_encrypted, 'hex') from user_sessions order by user_id";
      String keys = "select id, version, md5(master_key) from encryption_keys order by id";
      String log = "select id, activity_type from session_activity order by id";
      same(from, to, rows);
      from.execute("update user_sessions set phone = '+1'");
      from.execute("update encryption_keys set master_key = session_new_key() where id = 1");
      from.insertByGuide("new", "sess_new");
      from.execute("delete from user_sessions where user_id = '1'");
      for (String query : new String[] {rows, keys, log}) same(from, to, query);
      try (JdbcSessionStore store = to.store()) {
        assertThat(store.findByUserId("new")).isPresent();
      }
    } finally {
      to.execute("drop subscription " + slot);
    }
  }

  private static void same(TestDatabase from, TestDatabase to, String query) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(to.query(query)).isEqualTo(from.query(query)));
  }
}
