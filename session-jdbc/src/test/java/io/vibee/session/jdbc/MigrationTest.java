package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Psql;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The migration by itself: order, concurrency, rights, schemas, and databases that are not empty.
 */
class MigrationTest {
  private static final String ROWS = "select count(*) from user_sessions";

  @ParameterizedTest
  @EnumSource
  void makesARandomKey(Postgres postgres) {
    TestDatabase first = postgres.createDatabase();
    TestDatabase second = postgres.createDatabase();
    first.migrate();
    second.migrate();
    String key = "select master_key from encryption_keys where id = 1";
    assertThat(first.value(key)).hasSize(44).isNotEqualTo(second.value(key));
    assertThat(first.value("select session_key_is_random(master_key) from encryption_keys"))
        .isEqualTo("t");
  }

  @ParameterizedTest
  @EnumSource
  void runsByPsqlAndLibraryInAnyOrder(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    SessionMigrations.migrate(database.url());
    database.migrate();
    SessionMigrations.migrate(database.url());
    database.insertByGuide("1", "sess_1");

    TestDatabase other = postgres.createDatabase();
    other.migrate();
    other.insertByGuide("1", "sess_1");
    SessionMigrations.migrate(other.url());
    other.migrate();

    assertThat(database.value(ROWS)).isEqualTo("1");
    assertThat(other.value(ROWS)).isEqualTo("1");
  }

  @ParameterizedTest
  @EnumSource
  void runsByAFlywayOfTheUsersInAnyOrder(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    flyway(database);
    database.migrate();
    SessionMigrations.migrate(database.url());
    flyway(database);
    database.insertByGuide("1", "sess_1");

    TestDatabase other = postgres.createDatabase();
    other.migrate();
    other.insertByGuide("1", "sess_1");
    flyway(other);

    assertThat(database.value(ROWS)).isEqualTo("1");
    assertThat(other.value(ROWS)).isEqualTo("1");
  }

  private static void flyway(TestDatabase database) {
    Flyway.configure()
        .dataSource(database.dataSource())
        .locations("filesystem:" + TestDatabase.MIGRATION.getParent())
        .sqlMigrationPrefix("")
        .sqlMigrationSeparator("_")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load()
        .migrate();
  }

  @Test
  void runsByPsqlWithAndWithoutStopOnError() {
    String psql = Tools.require("psql");
    TestDatabase database = Postgres.NEWEST.createDatabase();
    for (int run = 0; run < 2; run++) {
      assertThat(Psql.run(psql, database, TestDatabase.MIGRATION)).isEqualTo("DO\n");
      assertThat(Psql.run(psql, database, TestDatabase.MIGRATION, "-v", "ON_ERROR_STOP=1"))
          .isEqualTo("DO\n");
    }
    database.insertByGuide("1", "sess_1");
    assertThat(database.value(ROWS)).isEqualTo("1");
  }

  @Test
  void runsEightTimesAtOnceHalfByTheLibrary() throws Exception {
    for (int round = 0; round < 5; round++) {
      TestDatabase database = Postgres.NEWEST.createDatabase();
      List<Callable<Void>> runs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        boolean byLibrary = i % 2 == 0;
        runs.add(
            () -> {
              if (byLibrary) SessionMigrations.migrate(database.url());
              else Psql.on(database).migrate();
              return null;
            });
      }
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        for (Future<Void> run : threads.invokeAll(runs)) run.get();
      } finally {
        threads.shutdownNow();
      }
      assertThat(database.value("select count(*) from encryption_keys")).isEqualTo("1");
    }
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
    try (JdbcSessionStore store = JdbcSessionStore.open(database.url(role))) {
      store.save(TestSessions.session("1"));
      assertThat(store.findByUserId("1")).isPresent();
    }
  }

  @Test
  void saysWhoMustCreateTheExtensionWhenTheRoleMayNot() {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    String role = database.name() + "_owner";
    database.execute("create role " + role + " login");
    database.execute("grant create on schema public to " + role);
    assertThatThrownBy(() -> SessionMigrations.migrate(database.url(role)))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("create extension pgcrypto");
    assertThat(database.value("select to_regclass('user_sessions') is null")).isEqualTo("t");
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
    try (JdbcSessionStore store = database.store()) {
      TestSessions.saveAndLoad(store);
    }
    assertThat(database.value("select count(*) from \"Ten ant\".user_sessions")).isEqualTo("1");
    assertThat(database.query("select 1 from pg_tables where schemaname = 'public'")).isEmpty();
  }

  @Test
  void followsPgcryptoToAnotherSchema() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertByGuide("1", "sess_1");
    database.execute("create schema elsewhere; alter extension pgcrypto set schema elsewhere");
    try (JdbcSessionStore store = database.store()) {
      TestSessions.saveAndLoad(store);
      assertThat(store.findByUserId("1")).isPresent();
    }
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
    assertThat(database.value("select count(*) from a.user_sessions")).isEqualTo("1");
    assertThat(
            database.value(
                "select (select master_key from a.encryption_keys) = (select master_key from b.encryption_keys)"))
        .isEqualTo("f");
  }

  @ParameterizedTest
  @EnumSource
  void refusesTheUnrelatedTableAndChangesNothing(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    database.execute(
        "create table user_sessions (user_id bigint primary key, chat_id text, scene jsonb, context jsonb)");
    database.execute("insert into user_sessions values (1, 'chat', '{}', '{}')");
    String before = catalog(database);

    assertThat(database.failure(TestDatabase.migration())).contains("not of this product");
    assertThatThrownBy(() -> SessionMigrations.migrate(database.url()))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("not of this product")
        .hasMessageContaining("create schema vibee");

    assertThat(database.value(ROWS)).isEqualTo("1");
    assertThat(catalog(database)).isEqualTo(before);
  }

  @Test
  void saysWhenThereIsNoSchema() {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    PGSimpleDataSource dataSource = database.dataSource();
    dataSource.setCurrentSchema("nowhere");
    assertThatThrownBy(() -> SessionMigrations.migrate(dataSource))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("there is no current schema");
    database.execute("alter database " + database.name() + " set search_path = nowhere");
    assertThat(database.failure(TestDatabase.migration())).contains("there is no current schema");
  }

  @Test
  void runsWhereTransactionsAreSerializable() {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    database.execute(
        "alter database " + database.name() + " set default_transaction_isolation = serializable");
    database.migrate();
    TestDatabase earlier = Postgres.NEWEST.createDatabase();
    earlier.execute(TestDatabase.resource("earlier-schema.sql"));
    earlier.execute(
        """
        create extension pgcrypto;
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
          values ('1', 's1', 5, pgp_sym_encrypt('made_up', (select master_key from encryption_keys)));
        alter database %s set default_transaction_isolation = serializable
        """
            .formatted(earlier.name()));
    SessionMigrations.migrate(earlier.url());
    try (JdbcSessionStore store = earlier.store()) {
      assertThat(store.findByUserId("1")).isPresent();
    }
  }

  @Test
  void leavesANewerSchemaAlone() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.execute("insert into session_schema_version (version) values (1000)");
    database.execute("drop function session_audit cascade");
    assertThat(database.failure(TestDatabase.migration())).contains("newer than this file");
    assertThat(database.query("select 1 from pg_proc where proname = 'session_audit'")).isEmpty();
  }

  /** Everything a migration could have left behind. */
  private static String catalog(TestDatabase database) {
    return database
        .query(
            """
            select relname::text from pg_class where relnamespace = 'public'::regnamespace
            union all select proname from pg_proc where pronamespace = 'public'::regnamespace
            union all select extname from pg_extension
            union all select attname from pg_attribute where attrelid = 'user_sessions'::regclass
            order by 1
            """)
        .toString();
  }
}
