package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.sql.SessionSchema;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Psql;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Tools;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The migration that adds the fleet, beside and over that of the sessions. */
class FleetMigrationTest {
  private static final Path FILE = TestDatabase.MIGRATION.resolveSibling("002_fleet.sql");
  private static final String OBJECTS =
      "select object, state from session_fleet_objects() order by 1";
  private static final String LEASES =
      "select session_id, runnable from session_leases order by session_id";

  /** As the guide makes it, for those who take no part in a fleet. */
  private static TestDatabase sessionsAlone(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    database.execute(TestDatabase.migration());
    return database;
  }

  @ParameterizedTest
  @EnumSource
  void givesEverySessionItsLease(Postgres postgres) {
    TestDatabase database = sessionsAlone(postgres);
    database.insertMany(3);
    database.execute("update user_sessions set is_active = false where user_id = '2'");
    for (int run = 0; run < 3; run++) {
      database.execute(TestDatabase.fleetMigration());
      database.execute(TestDatabase.migration());
      assertThat(database.query(LEASES)).containsExactly("sess_1|t", "sess_2|f", "sess_3|t");
    }
    assertThat(database.value("select count(*) from session_activity where xid is not null"))
        .as("earlier entries are no news")
        .isEqualTo("0");
    try (JdbcSessionStore store = database.store()) {
      TestSessions.saveAndLoad(store);
    }
  }

  @ParameterizedTest
  @CsvSource({"OLDEST,1", "OLDEST,2", "NEWEST,3", "NEWEST,4"})
  void followsAnUpgradeOfEveryVersion(Postgres postgres, int version) {
    TestDatabase database = postgres.createDatabase();
    database.execute(TestDatabase.resource("schema-version-" + version + ".sql"));
    database.insertByGuide("1", "sess_1");
    assertThat(database.failure(TestDatabase.fleetMigration()))
        .contains("have version " + version, "the fleet needs 5", "nothing was changed");
    SessionMigrations.migrate(database.url());
    assertThat(database.query(LEASES)).containsExactly("sess_1|t");
  }

  /** Leases, rights and what an operator has quarantined stay; nobody is a suspect. */
  @ParameterizedTest
  @EnumSource
  void followsTheFleetOfVersionOne(Postgres postgres) {
    TestDatabase database = sessionsAlone(postgres);
    database.insertMany(5);
    database.execute(TestDatabase.resource("fleet-version-1.sql"));
    String role = database.name() + "_member";
    database.execute(
        """
        create role %1$s login;
        grant select on session_agents, session_leases, session_fleet to %1$s;
        grant execute on function session_fleet_register(text, text, bigint, integer, interval, text, text, bigint),
          session_fleet_beat(bigint, bigint), session_fleet_claim(bigint, integer, bigint) to %1$s
        """
            .formatted(role));
    String register =
        "select agent_id from session_fleet_register('a', null, 1, 9, '60 s', null, null, 5)";
    String agent = database.query(role, register).get(0);
    database.query(role, "select 1 from session_fleet_claim(" + agent + ", 2, 1)");
    database.execute(
        """
        update session_leases set bad_ends = 2 where agent_id is null;
        update session_leases set bad_ends = 3, quarantined_at = now(), reason = 'holders died'
         where session_id = (select max(session_id) from session_leases where agent_id is null)
        """);
    String leases =
        "select session_id, agent_id, token, runnable, reason from session_leases order by 1";
    List<String> before = database.query(leases);
    try (JdbcSessionStore store = database.store()) {
      SessionLeases all = store.as(SessionLeases.class).orElseThrow();
      assertThatThrownBy(all::list)
          .isInstanceOfSatisfying(
              SchemaVersionException.class,
              e -> assertThat(e.state()).isEqualTo(SchemaVersionException.State.OLDER));
      SessionMigrations.migrate(database.url());
      database.execute(TestDatabase.fleetMigration());
      assertThat(all.list()).hasSize(5);
    }
    assertThat(database.query(OBJECTS)).isEqualTo(TestDatabase.migrated(postgres).query(OBJECTS));
    assertThat(database.query(leases)).isEqualTo(before);
    assertThat(database.query("select bad_ends from session_leases order by 1"))
        .containsExactly("0", "0", "0", "0", "3");
    assertThat(database.value("select version from session_fleet"))
        .isEqualTo(String.valueOf(SessionSchema.FLEET_VERSION));
    assertThat(
            database.query(
                role,
                "select held, running, steady from session_fleet_beat(" + agent + ", 6, 2, false)"))
        .containsExactly("2|2|f");
    assertThat(database.query(role, "select 1 from session_fleet_claim(" + agent + ", 9, 1, null)"))
        .hasSize(2);
    assertThat(
            database.query(
                "select proname from pg_proc where proname ~ '^session_fleet_' group by 1 having count(*) > 1"))
        .isEmpty();
    assertThat(
            database.value(
                "select has_function_privilege('public', 'session_fleet_claim(bigint, integer, bigint, text)', 'execute')"))
        .isEqualTo("f");
  }

  /** Leases, suspects and rights stay. */
  @ParameterizedTest
  @EnumSource
  void followsTheFleetOfVersionTwo(Postgres postgres) {
    TestDatabase database = sessionsAlone(postgres);
    database.insertMany(5);
    database.execute(TestDatabase.resource("fleet-version-2.sql"));
    String role = database.name() + "_operator";
    database.execute(
        """
        create role %1$s login;
        grant select on user_sessions, session_agents, session_leases, session_fleet to %1$s;
        grant execute on function session_fleet_sessions(text) to %1$s
        """
            .formatted(role));
    String agent =
        database.value(
            "select agent_id from session_fleet_register('a', null, 1, 9, '60 s', null, null, 5)");
    database.query("select 1 from session_fleet_claim(" + agent + ", 2, 1, null)");
    database.execute("update session_leases set bad_ends = 2 where agent_id is null");
    String leases =
        "select session_id, agent_id, token, runnable, bad_ends from session_leases order by 1";
    List<String> before = database.query(leases);
    SessionMigrations.migrate(database.url());
    database.execute(TestDatabase.fleetMigration());
    assertThat(database.query(OBJECTS)).isEqualTo(TestDatabase.migrated(postgres).query(OBJECTS));
    assertThat(database.query(leases)).isEqualTo(before);
    assertThat(database.value("select version from session_fleet"))
        .isEqualTo(String.valueOf(SessionSchema.FLEET_VERSION));
    assertThat(database.query(role, "select 1 from session_fleet_sessions(null)")).hasSize(5);
  }

  @Test
  void followsTheEarlierSchema() {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    database.execute(TestDatabase.resource("earlier-schema.sql"));
    assertThat(database.failure(TestDatabase.fleetMigration())).contains("have no version");
    SessionMigrations.migrate(database.url());
    assertThat(database.query(LEASES)).isEmpty();
  }

  /** Servers compile what they expect to be costly, which took 150 ms of each beat. */
  @ParameterizedTest
  @EnumSource
  void letsNoServerCompileWhatItMakesLookCostly(Postgres postgres) {
    TestDatabase database = sessionsAlone(postgres);
    database.execute(TestDatabase.fleetMigration());
    assertThat(
            database.query(
                """
                select proname, 'jit=off' = any (proconfig) from pg_proc
                 where 'enable_seqscan=off' = any (proconfig) order by 1
                """))
        .containsExactly(
            "session_fleet_beat|t", "session_fleet_changes|t", "session_fleet_claim|t");
  }

  @ParameterizedTest
  @EnumSource
  void needsTheTablesOfTheSessions(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    assertThat(database.failure(TestDatabase.fleetMigration()))
        .contains("vibee-session: there is no table user_sessions in the search_path");
    assertThat(database.query("select 1 from pg_class where relname ~ '^session_'")).isEmpty();
  }

  @Test
  void runsEightTimesAtOnceBesideTheOther() throws Exception {
    for (int round = 0; round < 3; round++) {
      TestDatabase database = sessionsAlone(Postgres.NEWEST);
      database.insertMany(5);
      List<Callable<Void>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        boolean byLibrary = i % 2 == 0;
        runs.add(
            () -> {
              if (byLibrary) SessionMigrations.migrate(database.url());
              else database.execute(TestDatabase.fleetMigration());
              return null;
            });
      }
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        for (Future<Void> run : threads.invokeAll(runs)) run.get();
      } finally {
        threads.shutdownNow();
      }
      assertThat(database.value("select count(*) from session_leases")).isEqualTo("5");
    }
  }

  @Test
  void runsByPsql() {
    String psql = Tools.require("psql");
    TestDatabase database = Postgres.NEWEST.createDatabase();
    for (int run = 0; run < 2; run++) {
      assertThat(Psql.run(psql, database, TestDatabase.MIGRATION)).isEqualTo("DO\n");
      assertThat(Psql.run(psql, database, FILE, "-v", "ON_ERROR_STOP=1")).isEqualTo("DO\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void runsByAFlywayOfTheUsersByItsName(Postgres postgres) {
    TestDatabase database = sessionsAlone(postgres);
    database.insertMany(1);
    for (int run = 0; run < 2; run++) {
      Flyway.configure()
          .dataSource(database.dataSource())
          .locations("filesystem:" + TestDatabase.MIGRATION.getParent())
          .sqlMigrationPrefix("")
          .sqlMigrationSeparator("_")
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .load()
          .migrate();
      SessionMigrations.migrate(database.url());
    }
    assertThat(database.query(LEASES)).containsExactly("sess_1|t");
    assertThat(
            database.value("select max(version) from flyway_schema_history where success = true"))
        .isEqualTo("002");
  }

  @ParameterizedTest
  @EnumSource
  void runsInAnotherSchemaWithPgcryptoInAThird(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    database.execute(
        """
        create schema "Ten ant"; create schema crypto; create extension pgcrypto schema crypto;
        alter database %s set search_path = "Ten ant"
        """
            .formatted(database.name()));
    SessionMigrations.migrate(database.url());
    database.migrate();
    database.execute(
        "insert into \"Ten ant\".session_leases (session_id, runnable) values ('a', true)");
    database.execute(
        "set search_path = public; select \"Ten ant\".session_fleet_register('a', null, 1, 9, '60 s', null, null, 5)");
    assertThat(
            database.value(
                "select count(*) from \"Ten ant\".session_fleet_claim((select max(id) from \"Ten ant\".session_agents), 5, 1, null)"))
        .isEqualTo("1");
    assertThat(database.query("select 1 from pg_tables where schemaname = 'public'")).isEmpty();
  }

  @Test
  void servesTwoSchemasOfOneDatabase() {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    for (String schema : List.of("a", "b")) {
      database.execute("create schema " + schema);
      PGSimpleDataSource dataSource = database.dataSource();
      dataSource.setCurrentSchema(schema);
      SessionMigrations.migrate(dataSource);
      try (JdbcSessionStore store = JdbcSessionStore.over(dataSource)) {
        TestSessions.saveAndLoad(store);
      }
    }
    assertThat(database.value("select count(*) from a.session_leases")).isEqualTo("1");
    assertThat(database.value("select count(*) from b.session_leases")).isEqualTo("1");
  }

  @ParameterizedTest
  @EnumSource
  void runsForARoleThatIsNotSuperuser(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    String role = database.name() + "_owner";
    database.execute("create role " + role + " login");
    database.execute("grant create on database " + database.name() + " to " + role);
    database.execute("grant create on schema public to " + role);
    SessionMigrations.migrate(database.url(role));
    String register =
        "select agent_id, timeline from session_fleet_register('a', null, 1, 9, '60 s', null, null, 5)";
    assertThat(database.query(role, register)).containsExactly((1L << 40) + 1 + "|1");
    assertThat(database.failure(TestDatabase.fleetMigration()))
        .contains("belongs to role \"" + role + "\"", "nothing was changed");
  }

  @Test
  void leavesANewerVersionAsItIs() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    int newer = SessionSchema.FLEET_VERSION + 1;
    database.execute(
        "update session_fleet set version = version + 1; drop function session_fleet_want(bigint, text)");
    assertThat(database.failure(TestDatabase.fleetMigration()))
        .contains(
            "have version %s, which is newer than this file (%s)".formatted(newer, newer - 1),
            "nothing was changed");
    assertThatThrownBy(() -> SessionMigrations.migrate(database.url()))
        .isInstanceOfSatisfying(
            SchemaVersionException.class,
            e -> {
              assertThat(e.found()).hasValue(newer);
              assertThat(e.required()).isEqualTo(newer - 1);
              assertThat(e.state()).isEqualTo(SchemaVersionException.State.NEWER);
            })
        .hasMessageContaining("the fleet's tables have version " + newer);
    assertThat(database.query("select 1 from pg_proc where proname = 'session_fleet_want'"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "OLDEST # drop function session_fleet_claim(bigint, integer, bigint, text)",
        "NEWEST # create or replace function session_fleet_end(peer bigint, seen_beat bigint) returns boolean language sql as 'select true'",
        "NEWEST # alter function session_fleet_beat(bigint, bigint, integer, boolean) reset all",
        "OLDEST # grant execute on function session_fleet_stop(text) to public",
        "NEWEST # alter table user_sessions disable trigger session_fleet_rows",
        "OLDEST # drop trigger session_fleet_update on user_sessions",
        "NEWEST # drop function session_fleet_objects()",
        "OLDEST # drop index session_leases_free, session_leases_waiting, session_activity_xid",
        "NEWEST # drop index session_agents_live; create index session_agents_live on session_agents (beat)",
        "OLDEST # alter table session_activity drop column xid",
        "NEWEST # alter table session_activity alter column xid drop default",
        "OLDEST # alter table session_fleet_world set logged",
        "NEWEST # drop table session_leases",
        "OLDEST # drop table session_agents, session_fleet_world, session_fleet",
        "NEWEST # drop table session_activity cascade",
      })
  void isPutBack(Postgres postgres, String fault) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    database.execute(fault);
    database.migrate();
    assertThat(database.query(OBJECTS)).isEqualTo(TestDatabase.migrated(postgres).query(OBJECTS));
    assertThat(database.query(LEASES)).containsExactly("sess_1|t");
    try (JdbcSessionStore store = database.store()) {
      TestSessions.saveAndLoad(store);
    }
  }

  @Test
  void isToldAlikeByServersOfAllVersions() {
    assertThat(TestDatabase.migrated(Postgres.OLDEST).query(OBJECTS))
        .isEqualTo(TestDatabase.migrated(Postgres.NEWEST).query(OBJECTS));
  }

  /** Each leaves what the other made, and needs no repair after it. */
  @ParameterizedTest
  @EnumSource
  void disturbsTheOtherNotAtAll(Postgres postgres) {
    TestDatabase alone = sessionsAlone(postgres);
    TestDatabase both = sessionsAlone(postgres);
    String objects = "select object, state from session_schema_objects() order by 1";
    both.execute(TestDatabase.fleetMigration());
    assertThat(both.query(objects)).isEqualTo(alone.query(objects));
    // A repair, that is, a whole run of the first file.
    List<String> before = both.query(OBJECTS);
    both.execute("drop trigger session_30_audit on user_sessions;\n" + TestDatabase.migration());
    assertThat(both.query(OBJECTS)).isEqualTo(before);
    assertThat(both.query(objects)).isEqualTo(alone.query(objects));
  }

  /** What was written behind the triggers' back, and of rows that came without the fleet's. */
  @ParameterizedTest
  @EnumSource
  void bringsLeasesAndNumbersUpToTheRows(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(3);
    database.executeWithoutTriggers(
        "update user_sessions set is_active = false where user_id = '1'; delete from user_sessions where user_id = '2'");
    database.execute(
        "update session_leases set token = 7, agent_id = (1::bigint << 40) + 40 where session_id = 'sess_2'; delete from session_leases where session_id = 'sess_3'");
    database.execute(TestDatabase.fleetMigration());
    assertThat(database.query(LEASES)).containsExactly("sess_1|f", "sess_2|f", "sess_3|t");
    assertThat(database.value("select token from session_leases where session_id = 'sess_2'"))
        .isEqualTo("7");
    assertThat(
            database.value(
                "select agent_id from session_fleet_register('a', null, 1, 9, '60 s', null, null, 5)"))
        .isEqualTo("" + ((1L << 40) + 41));
  }

  /** Only a fleet that never had an agent, or whoever has waited, says that nobody need wait. */
  @ParameterizedTest
  @EnumSource
  void aRepairSettlesNothing(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    String settled = "select settled from session_fleet_world()";
    assertThat(database.value(settled)).as("a copy of one without agents").isEqualTo("t");
    database.execute(
        "select session_fleet_register('a', null, 1, 9, '60 s', null, null, 5); update session_fleet set settled_on = '0/1/1'");
    for (String fault :
        List.of("select 1", "drop function session_fleet_resume()", "drop table session_fleet")) {
      database.execute(fault);
      database.execute(TestDatabase.fleetMigration());
      assertThat(database.value(settled)).as(fault).isEqualTo("f");
    }
  }

  @ParameterizedTest
  @EnumSource
  void locksNoTableOfSessionsWhereNothingIsToBeDone(Postgres postgres) throws SQLException {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(2);
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("update user_sessions set phone = '+1'");
      statement.execute("lock table user_sessions, session_activity in exclusive mode");
      database.execute("set statement_timeout = '20s';\n" + TestDatabase.fleetMigration());
      other.rollback();
    }
  }

  @ParameterizedTest
  @EnumSource
  void waitsForLocksButNotForEver(Postgres postgres) throws SQLException {
    TestDatabase database = sessionsAlone(postgres);
    database.insertMany(1);
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("update user_sessions set phone = '+1'");
      assertThat(database.failure("set lock_timeout = '1s';\n" + TestDatabase.fleetMigration()))
          .contains("the tables were in use for 00:00:01", "of role \"postgres\"");
      other.rollback();
      statement.execute(TestDatabase.migration());
      assertThat(database.failure("set lock_timeout = '1s';\n" + TestDatabase.fleetMigration()))
          .contains("another migration of schema \"public\" has not ended");
      other.rollback();
    }
    assertThat(database.query("select 1 from pg_class where relname = 'session_leases'")).isEmpty();
  }

  /** Made by somebody who may create objects in the schema, before the migration ran. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create table session_leases (session_id text, token bigint) | belongs to role",
        "create view session_agents as select 1 as beat | belongs to role",
        "create table session_fleet as select 9 as version | belongs to role",
        "create sequence session_agents_live | belongs to role",
        "create function session_fleet_world() returns text language sql as 'select 1::text' | belongs to role",
        "create function session_fleet_claim(integer, integer) returns text language sql as 'select 1::text' | has a name of ours",
        "create function session_fleet_want(bigint, text, int default 0) returns text language sql as 'select 1::text' | has a name of ours",
      })
  void refusesWhatIsNotOurs(String trap, String message) {
    for (Postgres postgres : Postgres.values()) {
      TestDatabase database = sessionsAlone(postgres);
      String role = database.name() + "_low";
      database.execute("create role " + role + "; grant create on schema public to " + role);
      database.execute("set role " + role + "; " + trap);
      String before = database.value("select count(*) from pg_class");
      assertThat(database.failure(TestDatabase.fleetMigration()))
          .contains(message, role, "nothing was changed");
      assertThat(database.value("select count(*) from pg_class")).isEqualTo(before);
      assertThatThrownBy(() -> SessionMigrations.migrate(database.url()))
          .isInstanceOf(MisconfiguredException.class);
    }
  }

  /** As a stranger can leave them on a pooler's connection. */
  @ParameterizedTest
  @EnumSource
  void takesNoTemporaryTableForOurs(Postgres postgres) {
    TestDatabase database = sessionsAlone(postgres);
    database.execute(
        """
        create temp table user_sessions (user_id text, session_id text, is_active bool, api_hash_encrypted bytea);
        create temp table session_schema_version (version int);
        create temp table session_leases (session_id text, agent_id bigint, token bigint);
        create temp table session_fleet (id int, version int, objects jsonb);
        insert into session_fleet values (1, 9, '{}');
        create domain pg_temp.text as varchar check (false);
        create domain pg_temp.bigint as varchar check (false);
        """
            + TestDatabase.fleetMigration());
    assertThat(
            database.query(
                "select schemaname from pg_tables where tablename ~ '^session_(agents|leases|fleet)' and schemaname !~ '^pg_temp'"))
        .containsOnly("public")
        .hasSize(4);
  }
}
