package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.SchemaVersionException;
import io.vibee.session.jdbc.testing.DocumentedRoles;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The version number is not the state: a further run of the migration puts back what is missing.
 */
class SchemaStateTest {
  private static final String OBJECTS =
      "select object, state from session_schema_objects() order by 1";

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "OLDEST # drop extension pgcrypto cascade; create schema extensions; create extension pgcrypto schema extensions",
        "NEWEST # drop extension pgcrypto cascade; create schema extensions; create extension pgcrypto schema extensions",
        "OLDEST # drop extension pgcrypto cascade",
        "NEWEST # alter table user_sessions disable trigger session_30_audit",
        "OLDEST # alter table user_sessions disable trigger all; alter table user_sessions enable trigger all",
        "NEWEST # alter table encryption_keys disable trigger user",
        "OLDEST # drop trigger session_20_insert on user_sessions",
        "NEWEST # create or replace function session_audit() returns trigger language plpgsql as 'begin return null; end'",
        "OLDEST # alter function session_audit() security invoker",
        "NEWEST # alter function session_before_write() reset all",
        "NEWEST # drop function session_hash_try_decrypt(bytea, text)",
        "OLDEST # drop function session_hash_is_sealed(bytea)",
        "NEWEST # drop function session_schema_objects()",
        "NEWEST # grant execute on function session_follow_key(bigint, integer, boolean) to public",
        "OLDEST # alter table user_sessions drop constraint user_sessions_user_id_key",
        "NEWEST # alter table user_sessions drop constraint user_sessions_pkey",
        "NEWEST # alter table encryption_keys drop constraint encryption_keys_one_kind",
        "OLDEST # alter table session_activity drop constraint session_activity_details_length",
        "NEWEST # drop index encryption_keys_version; drop index idx_session_activity_session_id",
        "OLDEST # alter table user_sessions alter column is_active drop not null, alter column key_version drop default",
        "NEWEST # alter table encryption_keys drop column key_is_random cascade",
        "OLDEST # alter table user_sessions alter column id drop default; alter table session_activity alter column id drop default",
        "NEWEST # drop sequence user_sessions_id_seq cascade; drop sequence session_activity_id_seq cascade",
        "NEWEST # alter table user_sessions alter column user_id drop not null, alter column api_id drop not null, alter column api_hash_encrypted drop not null",
        "OLDEST # alter table session_activity alter column session_id drop not null, drop column details",
        "NEWEST # alter table encryption_keys drop column archived_at, drop column retired_at cascade",
        "OLDEST # alter table user_sessions drop column last_seen_at, drop column phone cascade",
        "NEWEST # alter table encryption_keys drop column key_is_random cascade, add column key_is_random boolean generated always as (true) stored",
        "OLDEST # drop index encryption_keys_version; create index encryption_keys_version on encryption_keys (version)",
        "NEWEST # drop index encryption_keys_version; alter table encryption_keys add constraint encryption_keys_version unique (version) deferrable",
        "NEWEST # alter table user_sessions drop constraint user_sessions_session_id_key, add constraint user_sessions_session_id_key unique (session_id) deferrable",
        "OLDEST # drop index idx_user_sessions_active; create index idx_user_sessions_active on user_sessions (id) where is_active = false",
        "NEWEST # alter table session_activity drop constraint session_activity_details_length, add constraint session_activity_details_length check (true)",
        "OLDEST # alter table session_schema_version drop constraint session_schema_version_pkey",
        "NEWEST # alter function session_hash_open(bytea, integer) parallel safe; alter function session_key_is_random(text) parallel unsafe",
        "OLDEST # grant execute on function session_hash_open(bytea, integer), session_key_move_rows(bigint, integer, boolean) to public",
        "NEWEST # delete from session_schema_version",
      })
  void isPutBack(Postgres postgres, String fault) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    database.execute(fault);
    database.migrate();
    TestDatabase whole = TestDatabase.migrated(postgres);
    if (!fault.contains("extensions")) {
      assertThat(database.query(OBJECTS)).isEqualTo(whole.query(OBJECTS));
    }
    assertThat(database.value("select count(*) from session_schema_objects()"))
        .isEqualTo(whole.value("select count(*) from session_schema_objects()"));
    database.migrate();
    try (JdbcSessionStore store = database.store()) {
      assertThat(store.findByUserId("1")).isPresent();
      TestSessions.saveAndLoad(store);
    }
    assertThat(
            database.query(
                "select activity_type from session_activity where session_id <> '*' order by id"))
        .containsExactly("session_created", "session_created");
  }

  /**
   * What they held cannot be guessed: a session that is switched off must not come back as active.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "OLDEST # alter table user_sessions drop column is_active cascade, drop column updated_at cascade #"
            + " user_sessions.is_active, user_sessions.updated_at",
        "NEWEST # alter table encryption_keys drop column version cascade # encryption_keys.version",
        "NEWEST # alter table user_sessions drop column key_version cascade; delete from session_schema_version #"
            + " user_sessions.key_version",
      })
  void namesColumnsThatCannotComeBack(Postgres postgres, String fault, String columns) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.execute("set session_replication_role = replica; " + fault);
    String failure = database.failure(TestDatabase.migration());
    assertThat(failure).contains("missing in schema \"public\": " + columns);
  }

  /** A passphrase is replaced only where the earlier schema is adopted. */
  @Test
  void aLostVersionDoesNotMakeTheTablesThoseOfTheEarlierSchema() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertByGuide("1", "sess_1");
    database.execute(
        "update encryption_keys set master_key = 'a short passphrase' where id = 1; delete from session_schema_version");
    List<String> before = database.query("select id, master_key, version from encryption_keys");
    database.migrate();
    assertThat(database.query("select id, master_key, version from encryption_keys"))
        .isEqualTo(before);
    assertThat(
            database.value(
                "select count(*) from session_activity where activity_type in ('schema_adopted', 'key_replaced')"))
        .isEqualTo("0");
  }

  /** With what a newer version may have: functions of other arguments and results. */
  @Test
  void leavesANewerVersionAsItIs() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.execute(
        """
        insert into session_schema_version (version) values (6);
        drop function session_schema_objects();
        create function session_schema_objects() returns text language sql as 'select ''newer''';
        create function session_hash_open(bytea, bigint) returns text language sql as 'select ''newer''';
        """);
    String functions = "select oid, prosrc from pg_proc where proname ~ '^session_' order by 1";
    List<String> before = database.query(functions);
    assertThat(database.failure(TestDatabase.migration()))
        .contains("version 6, which is newer than this file (5)", "nothing was changed");
    assertThatThrownBy(() -> SessionMigrations.migrate(database.dataSource()))
        .isInstanceOfSatisfying(
            SchemaVersionException.class, e -> assertThat(e.found()).hasValue(6));
    assertThat(database.query(functions)).isEqualTo(before);
  }

  /** A dump takes what was noted to another server, of another version and other OIDs. */
  @Test
  void isToldAlikeByServersOfAllVersions() {
    assertThat(TestDatabase.migrated(Postgres.OLDEST).query(OBJECTS))
        .isEqualTo(TestDatabase.migrated(Postgres.NEWEST).query(OBJECTS));
  }

  @ParameterizedTest
  @EnumSource
  void isToldAlikeWhereNamesAreQuoted(Postgres postgres) throws SQLException {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.execute("alter database " + database.name() + " set quote_all_identifiers = on");
    upToDate(database);
    database.execute("drop trigger session_30_audit on user_sessions");
    database.migrate();
    upToDate(database);
  }

  /**
   * The table is not new, so what others were granted on it does not come from default privileges.
   */
  @ParameterizedTest
  @EnumSource
  void keepsGrantsWhereTheVersionWasLost(Postgres postgres) {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    TestDatabase database = roles.database();
    database.execute("delete from session_schema_version");
    database.execute("set role " + roles.name("owner") + ";\n" + TestDatabase.migration());
    try (JdbcSessionStore agent = JdbcSessionStore.open(roles.url("agent"))) {
      agent.check();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "OLDEST # create table mine (v int references encryption_keys (version)); drop trigger session_30_audit on user_sessions # -",
        "NEWEST # drop index idx_user_sessions_active; create table idx_user_sessions_active (i int) # is not the index of that name",
        "OLDEST # alter table session_activity rename to old; create table session_activity (like old including defaults) # cannot be replaced",
        "NEWEST # alter table user_sessions drop constraint user_sessions_pkey, add constraint other primary key (session_id) # cannot be replaced",
      })
  void namesWhatStandsInTheWay(Postgres postgres, String fault, String message) {
    TestDatabase database = TestDatabase.migrated(postgres);
    if (message.equals("-")) {
      database.execute(fault);
      database.migrate();
    } else {
      database.execute(fault);
      assertThat(database.failure(TestDatabase.migration())).contains("vibee-session: ", message);
    }
  }

  /** What is not ours stays, and needs no repair. */
  @ParameterizedTest
  @EnumSource
  void leavesAdditionsOfTheUsersAlone(Postgres postgres) throws SQLException {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.execute(
        """
        alter table user_sessions add column note text not null default '-', add check (note <> 'x');
        create index idx_note on user_sessions (note);
        create function update_note() returns trigger language plpgsql as 'begin return new; end';
        create trigger note before update on user_sessions for each row execute function update_note();
        """);
    upToDate(database);
    assertThat(database.value("select count(*) from pg_trigger where tgname = 'note'"))
        .isEqualTo("1");
  }

  /**
   * Works even while a manager's transaction is open: it waits for nobody who writes, since it only
   * reads.
   */
  @ParameterizedTest
  @EnumSource
  void needsNoRepairForWhatAnotherRoleMadeBesideIt(Postgres postgres) throws SQLException {
    TestDatabase database = TestDatabase.migrated(postgres);
    String role = database.name() + "_other";
    database.execute(
        "create role %1$s; grant create on schema public to %1$s; set role %1$s; create function session_hash_mine() returns int language sql as 'select 1'"
            .formatted(role));
    upToDate(database);
  }

  private static void upToDate(TestDatabase database) throws SQLException {
    String rows = "select xmin from session_schema_version";
    List<String> before = database.query(rows);
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("update user_sessions set phone = '+1'");
      statement.execute(
          "lock table user_sessions, encryption_keys, session_activity in exclusive mode");
      database.execute("set statement_timeout = '20s';\n" + TestDatabase.migration());
      other.rollback();
    }
    assertThat(database.query(rows)).as("nothing was written").isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void locksNoTableOfSessionsWhereNothingIsToBeDone(Postgres postgres) throws SQLException {
    upToDate(TestDatabase.migrated(postgres));
  }

  /** As after a switch-over by logical replication, which copies rows and no sequences. */
  @ParameterizedTest
  @EnumSource
  void bringsSequencesUpToTheRows(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(3);
    database.execute(
        "select setval('user_sessions_id_seq', 1, false), setval('session_activity_id_seq', 1)");
    assertThat(
            database.failure(
                "insert into session_activity (session_id, activity_type) values ('1', 'x')"))
        .contains("session_activity_pkey");
    database.migrate();
    database.insertByGuide("new", "sess_new");
    assertThat(database.value("select max(id) from user_sessions")).isEqualTo("4");
  }

  @ParameterizedTest
  @EnumSource
  void countsSessionsBeyondTwoThousandMillionSaves(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.execute("select setval('user_sessions_id_seq', 2147483647)");
    database.insertByGuide("1", "sess_1");
    assertThat(database.value("select id from user_sessions")).isEqualTo("2147483648");
    try (JdbcSessionStore store = database.store()) {
      TestSessions.saveAndLoad(store);
      store.forEach(session -> {}, unreadable -> {});
    }
  }
}
