package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.SessionException;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A migration waits for locks, but not for ever, and says who holds them. */
class MigrationLocksTest {
  private static final String SOON = "set lock_timeout = '1s';\n";

  /** The constant was in earlier versions of the file. */
  @ParameterizedTest
  @EnumSource
  void isNotHeldUpByWhoMayOnlyConnect(Postgres postgres) throws SQLException {
    TestDatabase database = postgres.createDatabase();
    String role = database.name() + "_low";
    database.execute("create role " + role + " login");
    try (Connection low = database.dataSource(role).getConnection();
        Statement statement = low.createStatement()) {
      statement.execute("select pg_advisory_lock(7238514905)");
      database.execute("set statement_timeout = '30s';\n" + TestDatabase.migration());
      // All that it may lock of what is there.
      low.setAutoCommit(false);
      for (String mode : new String[] {"access share", "access exclusive"}) {
        assertThatThrownBy(
                () -> statement.execute("lock session_schema_version in " + mode + " mode"))
            .hasMessageContaining("permission denied");
        low.rollback();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void saysWhoKeepsTheTables(Postgres postgres) throws SQLException {
    TestDatabase database = postgres.createDatabase();
    database.execute(TestDatabase.resource("schema-version-4.sql"));
    database.insertByGuide("1", "sess_1");
    try (Connection manager = database.connect();
        Statement statement = manager.createStatement()) {
      manager.setAutoCommit(false);
      statement.execute("update user_sessions set phone = '+1'");
      String failure = database.failure(SOON + TestDatabase.migration());
      assertThat(failure)
          .contains(
              "vibee-session: the tables were in use for 00:00:01",
              "of role \"postgres\"",
              "nothing was changed");
      PGSimpleDataSource impatient = database.dataSource();
      impatient.setOptions("-c lock_timeout=1s");
      assertThatThrownBy(() -> SessionMigrations.migrate(impatient))
          .isInstanceOf(SessionException.class)
          .hasMessageContainingAll("the tables were in use", "pg_terminate_backend");
      manager.rollback();
    }
    assertThat(database.value("select max(version) from session_schema_version")).isEqualTo("4");
    database.migrate();
    assertThat(database.value("show lock_timeout")).isEqualTo("0");
  }

  @ParameterizedTest
  @EnumSource
  void saysThatAnotherMigrationRuns(Postgres postgres) throws SQLException {
    TestDatabase database = TestDatabase.migrated(postgres);
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(TestDatabase.migration());
      assertThat(database.failure(SOON + TestDatabase.migration()))
          .contains("another migration of schema \"public\" has not ended", "of role \"postgres\"");
      other.rollback();
    }
  }

  /** Made by another role, and committed while the migration waits for that very name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OLDEST | create view session_schema_version as select pwn() as version, null::jsonb as objects",
        "NEWEST | create view session_schema_version as select pwn() as version, null::jsonb as objects",
        "OLDEST | create table session_schema_version as select 6 as version, null::jsonb as objects",
        "NEWEST | create table session_schema_version as select 6 as version, null::jsonb as objects",
      })
  void readsNothingThatCameInBetween(Postgres postgres, String relation) throws Exception {
    TestDatabase database = postgres.createDatabase();
    String role = database.name() + "_low";
    database.execute("create role " + role + " login; grant create on schema public to " + role);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Connection low = database.dataSource(role).getConnection();
        Statement statement = low.createStatement()) {
      low.setAutoCommit(false);
      statement.execute(
          "create table caught (as_role name); grant all on caught to public;"
              + " create function pwn() returns int language plpgsql as"
              + " 'begin insert into public.caught values (current_user); return 6; end'");
      statement.execute(relation);
      statement.execute("grant all on session_schema_version to public");
      Future<String> migration = threads.submit(() -> database.failure(TestDatabase.migration()));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  database
                      .value(
                          "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                      .equals("1"));
      low.commit();
      assertThat(migration.get(90, TimeUnit.SECONDS))
          .containsAnyOf("must be owner", "is not a table", "belongs to role", "another relation");
    } finally {
      threads.shutdownNow();
    }
    assertThat(database.query("select as_role from caught")).isEmpty();
    assertThat(database.value("select to_regclass('encryption_keys') is null")).isEqualTo("t");
  }

  /** As a stranger can leave them on a pooler's connection. */
  @ParameterizedTest
  @EnumSource
  void takesNoTemporaryTableForOurs(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    database.execute(
        """
        create temp table user_sessions (user_id text, session_id text, api_id int, api_hash_encrypted bytea);
        create temp table session_schema_version (version int);
        insert into session_schema_version values (5);
        create domain pg_temp.text as varchar check (false);
        create domain pg_temp.oid as varchar check (false);
        """
            + TestDatabase.migration());
    assertThat(
            database.query(
                "select schemaname from pg_tables where tablename ~ '^(user_sessions|encryption_keys|session_)' and schemaname !~ '^pg_temp'"))
        .containsOnly("public")
        .hasSize(4);
    try (JdbcSessionStore store = database.store()) {
      TestSessions.saveAndLoad(store);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesFunctionsOfItsNamesByFullSignature(Postgres postgres) {
    for (String other :
        new String[] {
          "function session_key_move_rows(bigint, text, boolean)",
          "function session_hash_is_sealed(text)",
          "function session_actor(integer)",
          "procedure session_new_key(text)"
        }) {
      TestDatabase database = postgres.createDatabase();
      String role = database.name() + "_low";
      database.execute("create role " + role + "; grant create on schema public to " + role);
      database.execute(
          "set role "
              + role
              + "; create "
              + other
              + (other.startsWith("function") ? " returns text" : "")
              + " language sql as 'select 1::text'");
      String before = database.value("select count(*) from pg_class");
      assertThat(database.failure(TestDatabase.migration()))
          .contains("has a name of ours and is not ours", role, "nothing was changed");
      assertThat(database.value("select count(*) from pg_class")).isEqualTo(before);
      database.execute("drop " + other);
      database.migrate();
      database.execute(
          "set role "
              + role
              + "; create "
              + other
              + (other.startsWith("function") ? " returns text" : "")
              + " language sql as 'select 1::text'");
      assertThat(database.failure(TestDatabase.migration())).as("also later").contains(role);
    }
  }
}
