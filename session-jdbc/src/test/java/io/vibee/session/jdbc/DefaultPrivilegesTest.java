package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosting services give every new table to a role that anybody may act as. */
class DefaultPrivilegesTest {
  private static final String RIGHTS =
      """
      select coalesce(string_agg(object || ' ' || privilege_type, ', '), 'none') from (
        select c.relname as object, a.grantee, a.privilege_type from pg_class c, aclexplode(c.relacl) a
         where c.relname ~ '^(user_sessions|encryption_keys|session_)'
        union all
        select p.proname, a.grantee, a.privilege_type from pg_proc p, aclexplode(p.proacl) a
         where p.proname ~ '^session_') as given
       where grantee = %1$s
      """;

  private static String anonymous(TestDatabase database) {
    String role = database.name() + "_anon";
    database.execute(
        """
        create role %1$s;
        alter default privileges in schema public grant all on tables to %1$s, public;
        alter default privileges in schema public grant all on functions to %1$s;
        alter default privileges grant all on sequences to %1$s
        """
            .formatted(role));
    return role;
  }

  private static String migrate(TestDatabase database) throws SQLException {
    StringBuilder told = new StringBuilder();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(TestDatabase.migration());
      for (SQLWarning at = statement.getWarnings(); at != null; at = at.getNextWarning()) {
        told.append(at.getMessage()).append('\n');
      }
    }
    return told.toString();
  }

  @ParameterizedTest
  @EnumSource
  void giveNothingOfWhatTheMigrationMakes(Postgres postgres) throws SQLException {
    TestDatabase database = postgres.createDatabase();
    String role = anonymous(database);
    assertThat(migrate(database)).contains(role, "\"PUBLIC\"", "encryption_keys", "taken back");
    assertThat(database.value(RIGHTS.formatted("'" + role + "'::regrole"))).isEqualTo("none");
    assertThat(database.value(RIGHTS.formatted("0 and object !~ '^session_.*[a-z]$'")))
        .isEqualTo("none");
    assertThat(
            database.value(
                "select has_table_privilege('" + role + "', 'encryption_keys', 'select')"))
        .isEqualTo("f");
    assertThat(migrate(database)).isEmpty();
  }

  /** Nor does a hosting service let every role use the schema of its extensions. */
  @ParameterizedTest
  @EnumSource
  void areAskedForWherePgcryptoCannotBeUsed(Postgres postgres) {
    TestDatabase database = postgres.createDatabase();
    String role = database.name() + "_owner";
    database.execute(
        "create schema extensions; create extension pgcrypto schema extensions; create role %1$s; grant create on schema public to %1$s"
            .formatted(role));
    String migration = "set role " + role + ";\n" + TestDatabase.migration();
    assertThat(database.failure(migration))
        .contains("may not use schema extensions", "nothing was changed");
    database.execute("grant usage on schema extensions to " + role);
    database.execute(migration);
  }

  @ParameterizedTest
  @EnumSource
  void giveNothingOfATableThatIsMadeAgain(Postgres postgres) throws SQLException {
    TestDatabase database = TestDatabase.migrated(postgres);
    String role = anonymous(database);
    database.execute(
        "grant select on user_sessions to " + role + "; drop table session_activity cascade");
    assertThat(migrate(database)).contains("session_activity; they were taken back");
    assertThat(database.value(RIGHTS.formatted("'" + role + "'::regrole")))
        .as("what was granted on purpose stays")
        .isEqualTo("user_sessions SELECT");
  }

  @ParameterizedTest
  @EnumSource
  void areToldOfWhereTheyGaveRightsEarlier(Postgres postgres) throws SQLException {
    TestDatabase database = postgres.createDatabase();
    String role = anonymous(database);
    database.execute(TestDatabase.resource("schema-version-4.sql"));
    String agent = database.name() + "_agent";
    database.execute(
        "create role " + agent + "; grant select on user_sessions, encryption_keys to " + agent);
    assertThat(migrate(database)).contains("revoke all on", "from " + role).doesNotContain(agent);
    assertThat(migrate(database)).as("as long as it is so").contains("from " + role);
    database.execute(
        "revoke all on user_sessions, encryption_keys, session_activity, session_schema_version from public, "
            + role);
    assertThat(migrate(database)).isEmpty();
  }
}
