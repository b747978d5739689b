package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SchemaVersionException.State;
import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database that is not as it should be: each case has its own exception, whatever the call. */
class BrokenDatabaseTest {
  private static void assertSchema(TestDatabase database, State state, OptionalInt found) {
    try (SessionStore store = database.store()) {
      for (int call = 0; call < 2; call++) {
        assertThatThrownBy(() -> store.findByUserId("1"))
            .isInstanceOfSatisfying(
                SchemaVersionException.class,
                e -> {
                  assertThat(e.state()).isEqualTo(state);
                  assertThat(e.found()).isEqualTo(found);
                });
      }
      assertThatThrownBy(() -> store.save(TestSessions.session("1")))
          .isInstanceOf(SchemaVersionException.class);
      assertThatThrownBy(() -> store.touch(List.of("sess_1")))
          .isInstanceOf(SchemaVersionException.class);
    }
  }

  @Test
  void tellsMissingEarlierUnrelatedAndNewerTablesApart() {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    assertSchema(database, State.MISSING, OptionalInt.empty());
    database.execute("create table user_sessions (user_id bigint primary key, scene jsonb)");
    assertSchema(database, State.MISSING, OptionalInt.empty());
    database.execute("drop table user_sessions");
    database.execute(TestDatabase.resource("earlier-schema.sql"));
    assertSchema(database, State.EARLIER, OptionalInt.empty());
    database.migrate();
    database.execute("insert into session_schema_version (version) values (7)");
    assertSchema(database, State.NEWER, OptionalInt.of(7));
  }

  @Test
  void goesOnOnceTheDatabaseWasMigrated() {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    try (SessionStore store = database.store()) {
      assertThatThrownBy(() -> store.findByUserId("1")).isInstanceOf(SchemaVersionException.class);
      database.migrate();
      assertThat(store.findByUserId("1")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'delete from encryption_keys'",
    "'alter table encryption_keys drop constraint encryption_keys_one_kind; update encryption_keys set master_key = null'"
  })
  void saysThatThereIsNoKey(String sql) {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.executeWithoutTriggers(sql);
    try (SessionStore store = database.store()) {
      assertThatThrownBy(() -> store.findByUserId("1"))
          .isInstanceOf(MasterKeyMissingException.class)
          .hasMessageContaining("encryption_keys");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://postgres@localhost:1/x, 08001, check that it runs",
    "postgresql://postgres@nowhere.test:5432/x, 08001, not known here",
    "postgresql://postgres@localhost:PORT/nowhere, 3D000, no such database",
    "postgresql://secret_role:wrong@localhost:PORT/postgres, 28P01, check user and password",
  })
  void saysWhyTheDatabaseCannotBeReached(String url, String sqlState, String advice) {
    int port = Postgres.NEWEST.port(); // started before the clock is
    Instant start = Instant.now();
    try (SessionStore store = JdbcSessionStore.open(url.replace("PORT", "" + port))) {
      assertThatThrownBy(() -> store.findByUserId("1"))
          .hasMessageContaining(advice)
          .isInstanceOfSatisfying(
              StoreUnavailableException.class, e -> assertThat(e.sqlState()).isEqualTo(sqlState));
    }
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(9));
  }

  @Test
  void comesBackAfterTheServerEndedItsConnections() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (SessionStore store = database.store()) {
      Session session = store.save(TestSessions.session("1")).session();
      database.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
      try {
        store.findByUserId("1");
      } catch (StoreUnavailableException e) {
        assertThat(Canary.in(e.toString())).isEmpty();
      }
      assertThat(store.findByUserId("1")).contains(session);
    }
  }
}
