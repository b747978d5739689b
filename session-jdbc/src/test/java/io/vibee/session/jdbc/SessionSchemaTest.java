package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.sql.SessionSchema;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the tables are looked for, and what the error says if they are missing. */
class SessionSchemaTest {
  private static SessionSchema find(TestDatabase database, String before) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(before);
      connection.setAutoCommit(false);
      SessionSchema found = SessionSchema.find(connection);
      try (ResultSet row = statement.executeQuery("show search_path")) {
        row.next();
        assertThat(row.getString(1)).isEqualTo("pg_catalog, pg_temp");
      }
      return found;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "set search_path to '', public",
    "'select set_config(''search_path'', '''', false)', public",
    "'set search_path to pg_catalog, pg_temp', public",
    "set search_path to pg_temp, public",
    "'set search_path to pg_temp, public, pg_catalog', public",
    "'create schema other; set search_path to other, public', public",
  })
  void findsThemByTheSearchPath(String before, String expected) throws SQLException {
    TestDatabase database = TestDatabase.fresh(Postgres.NEWEST);
    SessionSchema found = find(database, before);
    assertThat(found.name()).isEqualTo(expected);
    assertThat(found.sql("select 1 from @home@.x")).isEqualTo("select 1 from \"public\".x");
  }

  /**
   * For instance, a tenant's schema that was not migrated: another tenant's sessions must not be
   * loaded.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"create schema tenant; set search_path to tenant", "set search_path to nowhere"})
  void doesNotFallBackToAnotherSchema(String before) {
    TestDatabase database = TestDatabase.fresh(Postgres.NEWEST);
    assertThatThrownBy(() -> find(database, before)).isInstanceOf(SchemaVersionException.class);
  }

  /** One client's SET, behind a pooler, must not lead another to other sessions. */
  @ParameterizedTest
  @ValueSource(strings = {"set search_path to second", "set search_path to second, public"})
  void refusesASecondSetOfTablesThatOnlyASettingLeadsTo(String path) {
    TestDatabase database = TestDatabase.fresh(Postgres.NEWEST);
    database.execute(
        "create schema second; set search_path to second;\n" + TestDatabase.migration());
    assertThatThrownBy(() -> find(database, path))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContainingAll("\"second\"", "\"public\"", "currentSchema");
  }

  @Test
  void takesTheFirstOfSeveralSetsOnOnePath() throws SQLException {
    TestDatabase database = TestDatabase.fresh(Postgres.NEWEST);
    database.execute(
        "create schema second; alter database %s set search_path to second, public;"
                .formatted(database.name())
            + " set search_path to second;\n"
            + TestDatabase.migration());
    assertThat(find(database, "select 1").name()).isEqualTo("second");
  }

  @Test
  void takesTablesAlone() {
    TestDatabase database = TestDatabase.fresh(Postgres.NEWEST);
    assertThatThrownBy(
            () ->
                find(
                    database,
                    """
                    create schema views; set search_path to views;
                    create view session_schema_version as select * from public.session_schema_version;
                    create view user_sessions as select * from public.user_sessions;
                    create view encryption_keys as select * from public.encryption_keys;
                    create view session_activity as select * from public.session_activity
                    """))
        .isInstanceOf(SchemaVersionException.class);
  }

  @ParameterizedTest
  @EnumSource
  void worksInASchemaOfAnyName(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    database.execute(
        """
        create schema "Ä strange? {name}; -- x";
        alter database %s set search_path = "Ä strange? {name}; -- x", public
        """
            .formatted(database.name()));
    SessionMigrations.migrate(database.dataSource());
    try (JdbcSessionStore store = database.store()) {
      TestSessions.saveAndLoad(store);
      store.forEachActive(session -> {}, unreadable -> {});
      assertThat(store.counts().active()).isEqualTo(1);
    }
  }

  @Test
  void asksForTheMigrationWhereTablesAreMissing() {
    TestDatabase database = TestDatabase.fresh(Postgres.NEWEST);
    database.execute("drop table encryption_keys");
    try (JdbcSessionStore store = database.store()) {
      assertThatThrownBy(store::check)
          .isInstanceOf(SchemaVersionException.class)
          .hasMessageContaining("run the migrations");
    }
  }

  @Test
  void saysThatTheTablesHaveSeveralOwners() {
    TestDatabase database = TestDatabase.fresh(Postgres.NEWEST);
    String role = database.name() + "_role";
    database.execute(
        "create role %1$s; alter table session_activity owner to %1$s".formatted(role));
    try (JdbcSessionStore store = database.store()) {
      assertThatThrownBy(store::check)
          .isInstanceOf(MisconfiguredException.class)
          .hasMessageContainingAll("\"public\"", "several roles");
    }
  }

  @ParameterizedTest
  @EnumSource
  void saysThatTheRoleMayNotUseTheSchema(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    String role = database.name() + "_role";
    database.execute(
        """
        create schema "Agents"; set search_path to "Agents"; create role %1$s login;
        alter role %1$s set search_path = "Agents"
        """
                .formatted(role)
            + ";"
            + TestDatabase.migration());
    try (JdbcSessionStore store = JdbcSessionStore.open(database.url(role))) {
      assertThatThrownBy(store::check)
          .isInstanceOfSatisfying(
              StoreUnavailableException.class, e -> assertThat(e.sqlState()).isEqualTo("42501"))
          .hasMessageContaining("GRANT USAGE ON SCHEMA \"Agents\"");
    }
  }
}
