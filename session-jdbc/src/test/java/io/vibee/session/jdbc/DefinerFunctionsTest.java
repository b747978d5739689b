package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How functions must be made so that nobody can intervene, checked on those in the database. */
class DefinerFunctionsTest {
  private static final String FUNCTIONS =
      " from pg_proc p join pg_language l on l.oid = p.prolang"
          + " where p.pronamespace = 'public'::regnamespace and p.proname ~ '^session_'";

  @ParameterizedTest
  @EnumSource
  void pinWhatACallerCouldSet(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    List<String> definers =
        database.query("select p.oid::regprocedure" + FUNCTIONS + " and p.prosecdef");
    assertThat(definers).hasSize(25);
    for (String setting :
        List.of(
            "search_path=pg_catalog, pg_temp",
            "client_min_messages=notice",
            "debug_print_parse=off",
            "debug_print_plan=off",
            "debug_print_rewritten=off",
            "row_security=off")) {
      assertThat(
              database.query(
                  "select proname"
                      + FUNCTIONS
                      + " and prosecdef and not '"
                      + setting
                      + "' = any (proconfig)"))
          .as(setting)
          .isEmpty();
    }
    assertThat(
            database.query(
                "select proname"
                    + FUNCTIONS
                    + " and prosecdef and has_function_privilege('public', p.oid, 'execute')"))
        .as("that anybody may call: it refuses those who may not read sessions")
        .containsExactly("session_fleet_taken");
    // Late bound bodies look names up when they run; others were looked up by the migration.
    assertThat(
            database.query(
                "select proname"
                    + FUNCTIONS
                    + " and (l.lanname = 'plpgsql' or p.prosqlbody is null)"
                    + " and not 'search_path=pg_catalog, pg_temp' = any (coalesce(proconfig, '{}'))"))
        .as("without a search path of their own")
        .isEmpty();
  }

  /**
   * A name that is not qualified would be looked up in pg_temp, where everybody may make tables.
   */
  @ParameterizedTest
  @EnumSource
  void qualifyEveryTableAndFunctionOfOurs(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    Pattern ours =
        Pattern.compile(
            "(?<![.\\w])(user_sessions|encryption_keys|session_schema_version|session_activity\\b"
                + "|session_agents|session_leases|session_fleet\\b(?!\\.)|session_fleet_world\\b"
                + "|(session|pgp|armor|dearmor|gen)_\\w+\\()");
    for (String body : database.query("select replace(prosrc, chr(10), ' ')" + FUNCTIONS)) {
      Matcher unqualified = ours.matcher(body.replaceAll("'[^']*'", "''"));
      assertThat(unqualified.find()).as(body).isFalse();
    }
  }

  /**
   * An argument without a type takes whatever overload fits best. A plain number is an integer only
   * as long as it fits one.
   */
  @Test
  void typeEveryArgumentOfACall() {
    String migration =
        (TestDatabase.migration() + TestDatabase.fleetMigration()).replaceAll("(?m)--.*$", "");
    Matcher call = Pattern.compile("@(?:home|pgcrypto)@\\.\\w+\\(").matcher(migration);
    int calls = 0;
    List<String> untyped = new ArrayList<>();
    while (call.find()) {
      if (migration
          .substring(0, call.start())
          .matches("(?s).*(function|into|on|references|table)\\s+(if \\w+ \\w+ )?$")) {
        continue;
      }
      calls++;
      for (String argument : arguments(migration, call.end())) {
        if (argument.matches("(?is)null|'[^']*'|-.*|\\d{10,}|\\d*\\.\\d+|array\\[.*\\]")) {
          untyped.add(call.group() + " ... " + argument);
        }
      }
    }
    assertThat(calls).isGreaterThan(25);
    assertThat(untyped).isEmpty();
  }

  private static List<String> arguments(String sql, int from) {
    List<String> arguments = new ArrayList<>();
    StringBuilder argument = new StringBuilder();
    int depth = 0;
    for (int i = from; ; i++) {
      char c = sql.charAt(i);
      if (depth == 0 && (c == ',' || c == ')')) {
        arguments.add(argument.toString().strip());
        argument.setLength(0);
        if (c == ')') return arguments;
        continue;
      }
      if (c == '(') depth++;
      if (c == ')') depth--;
      argument.append(c);
    }
  }
}
