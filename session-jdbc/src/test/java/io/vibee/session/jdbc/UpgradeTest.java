package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.KeyVersion;
import io.vibee.session.NewKey;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Databases of schema version 1, which knew only keys in the database, and of versions 2 to 4. */
class UpgradeTest {
  /** Whatever a fresh database and an upgraded one could differ in. */
  private static final String CATALOG =
      """
      select attrelid::regclass || '.' || attnum || ' ' || attname || ' ' || format_type(atttypid, atttypmod)
             || ' ' || attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '-')
        from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
       where attrelid in ('user_sessions'::regclass, 'encryption_keys'::regclass,
               'session_activity'::regclass, 'session_schema_version'::regclass) and attnum > 0
      union all select pg_get_functiondef(oid) from pg_proc
                 where pronamespace = 'public'::regnamespace and proname ~ '^session_'
      union all select proname || coalesce(proacl::text, '-') from pg_proc
                 where pronamespace = 'public'::regnamespace and proname ~ '^session_'
      union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
      union all select pg_get_indexdef(indexrelid) from pg_index
                 where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
      union all select relname || coalesce(reloptions::text, '-') from pg_class
                 where relnamespace = 'public'::regnamespace
      union all select conname || pg_get_constraintdef(oid) from pg_constraint
                 where connamespace = 'public'::regnamespace
      order by 1
      """;

  @ParameterizedTest
  @CsvSource({
    "OLDEST,1",
    "OLDEST,2",
    "OLDEST,3",
    "OLDEST,4",
    "NEWEST,1",
    "NEWEST,2",
    "NEWEST,3",
    "NEWEST,4"
  })
  void becomeWhatAFreshDatabaseIsAndKeepEverySession(Postgres postgres, int version) {
    TestDatabase database = postgres.createDatabase();
    database.execute(TestDatabase.resource("schema-version-" + version + ".sql"));
    database.changeKey(Canary.MASTER_KEY);
    for (int i = 1; i <= 3; i++) database.insertByGuide("" + i, "sess_" + i);
    database.execute("update encryption_keys set master_key = session_new_key() where id = 1");
    String log = "select id, session_id, activity_type, details from session_activity order by id";
    List<String> logBefore = database.query(log);
    try (JdbcSessionStore store = database.store()) {
      assertThatThrownBy(store::keys)
          .isInstanceOf(SchemaVersionException.class)
          .hasMessageContaining("version " + version);
    }

    database.migrate();
    database.migrate();
    assertThat(database.query(CATALOG)).isEqualTo(fresh(postgres).query(CATALOG));
    assertThat(database.query(log)).isEqualTo(logBefore);
    try (JdbcSessionStore store = database.store()) {
      assertThat(store.keys()).extracting(KeyVersion::version).containsExactly(3, 2, 1);
      assertThat(store.keys()).extracting(KeyVersion::sessions).containsExactly(3L, 0L, 0L);
      store.changeKey(NewKey.generated());
      assertThat(store.rotate().done()).isEqualTo(3);
      TestSessions.saveAndLoad(store);
    }
  }

  private static TestDatabase fresh(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    database.migrate();
    return database;
  }
}
