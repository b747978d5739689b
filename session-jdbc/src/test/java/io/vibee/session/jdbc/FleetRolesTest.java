package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.DocumentedRoles;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The roles of docs/security.md in a fleet, and what others cannot do to it. */
class FleetRolesTest {
  private static final String REGISTER =
      "select agent_id from session_fleet_register('a', null, 1, 9, '60 s', null, null, 1)";

  /** Every function with the owner's rights, as somebody would call it; for the first agent. */
  private static final List<String> CALLS =
      List.of(
          "session_fleet_register('a', null, 1, 9, '60 s', null, null, 1)",
          "session_fleet_beat(1099511627777, 2, 0, false)",
          "session_fleet_end(1099511627777, 1)",
          "session_fleet_claim(1099511627777, 1, 1, null)",
          "session_fleet_held(1099511627777, 1)",
          "session_fleet_release(1099511627777, array['sess_1'], array[1::bigint], '0')",
          "session_fleet_leave(1099511627777, true)",
          "session_fleet_stale(array['sess_1'], array[1::bigint])",
          "session_fleet_want(1099511627777, 'sess_1')",
          "session_fleet_mark(1099511627777, 'taking')",
          "session_fleet_quarantine(null, 'sess_1', null, 'x')",
          "session_fleet_quiet(1099511627777, 'sess_1', 1, pg_catalog.now())",
          "session_fleet_clear('sess_1')",
          "session_fleet_stop('x')",
          "session_fleet_resume()");

  /** The error's message, or an empty text. */
  private static String run(TestDatabase database, String role, String sql) {
    try (Connection connection = database.dataSource(role).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return "";
    } catch (SQLException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMemberTakesPartWithTheDocumentedGrants(Postgres postgres) {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    TestDatabase database = roles.database();
    database.insertMany(2);
    String member = roles.name("member");
    database.query(member, REGISTER);
    for (String call : CALLS) {
      if (call.matches(".*_(clear|resume)\\(.*")) {
        assertThat(run(database, member, "select " + call)).as(call).contains("permission denied");
      } else if (!call.contains("_leave")) {
        assertThat(run(database, member, "select " + call)).as(call).doesNotContain("permission");
      }
    }
    assertThat(database.query(member, "select 1 from session_fleet_sessions(null)")).hasSize(2);
    assertThat(database.query(member, "select complete from session_fleet_changes(null, 5)"))
        .containsExactly("t");
    assertThat(run(database, member, "select * from session_fleet_world()")).isEmpty();
    for (String write :
        List.of(
            "update session_leases set token = 1",
            "insert into session_leases (session_id, runnable) values ('x', true)",
            "delete from session_agents",
            "update session_agents set beat = 1",
            "update session_fleet set stopped_at = null",
            "truncate session_leases",
            "select * from session_fleet_world",
            "update session_fleet_world set world = 1")) {
      assertThat(run(database, member, write)).as(write).contains("permission denied");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOperatorSeesAndMendsAndTakesNoPart(Postgres postgres) {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    TestDatabase database = roles.database();
    database.insertMany(1);
    String operator = roles.name("operator");
    database.query(roles.name("member"), REGISTER);
    assertThat(
            database.query(operator, "select session_id, state from session_fleet_sessions(null)"))
        .containsExactly("sess_1|free");
    for (String call :
        List.of(
            "session_fleet_want(1099511627777, 'sess_1')",
            "session_fleet_mark(1099511627777, 'cordoned')",
            "session_fleet_quarantine(null, 'sess_1', null, 'x')",
            "session_fleet_clear('sess_1')",
            "session_fleet_stop('x')",
            "session_fleet_resume()")) {
      assertThat(database.query(operator, "select " + call)).as(call).containsExactly("t");
    }
    for (String call :
        List.of(
            REGISTER,
            "select session_fleet_claim(1099511627777, 1, 1, null)",
            "select session_fleet_leave(1099511627777, true)")) {
      assertThat(run(database, operator, call)).as(call).contains("permission denied");
    }
  }

  /** Also where a dump was restored without the grants of functions. */
  @ParameterizedTest
  @EnumSource
  void othersTakeNoPart(Postgres postgres) {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    TestDatabase database = roles.database();
    database.insertMany(1);
    database.query(roles.name("member"), REGISTER);
    String state =
        "select a.*, l.*, f.stopped_at from session_agents a, session_leases l, session_fleet f";
    List<String> before = database.query(state);
    for (String role : List.of("agent", "manager", "monitor")) {
      for (String call : CALLS) {
        assertThat(run(database, roles.name(role), "select " + call))
            .as(role + " " + call)
            .contains("permission denied for function");
      }
    }
    database.execute("grant execute on all functions in schema public to public");
    for (String role : List.of("agent", "manager", "monitor")) {
      for (String call : CALLS) {
        assertThat(run(database, roles.name(role), "select " + call))
            .as(role + " " + call)
            .contains("may not take part in the fleet");
      }
    }
    assertThat(
            run(
                database,
                roles.name("monitor"),
                """
                create temp table t (session_id text, is_active bool);
                create trigger x after insert on t for each row execute function public.session_fleet_follow();
                insert into t values ('forged', true)
                """))
        .contains("serves the table user_sessions alone");
    assertThat(database.query(state)).isEqualTo(before);
  }

  /** A feed that leaves out what a policy hides would miss changes, and nobody would know. */
  @ParameterizedTest
  @EnumSource
  void tellsNoChangesWhereAPolicyHidesSome(Postgres postgres) {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    String changes = "select * from session_fleet_changes(pg_current_snapshot(), 5)";
    assertThat(run(roles.database(), roles.name("member"), changes)).isEmpty();
    roles
        .database()
        .execute(
            """
            alter table session_activity enable row level security;
            create policy hides on session_activity for select using (activity_type <> 'session_updated')
            """);
    assertThat(run(roles.database(), roles.name("member"), changes))
        .contains("would be affected by row-level security policy");
  }

  /** A manager writes sessions with no right on the leases that follow them. */
  @ParameterizedTest
  @EnumSource
  void leasesFollowWhoeverWritesSessions(Postgres postgres) {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    try (JdbcSessionStore store = JdbcSessionStore.open(roles.url("manager"))) {
      TestSessions.saveAndLoad(store);
      store.save(TestSessions.session("2"));
      store.deactivate("sess_2");
    }
    assertThat(
            roles
                .database()
                .query("select session_id, runnable from session_leases order by session_id"))
        .containsExactly("sess_100200300|t", "sess_2|f");
  }

  /** Functions and operators that fit a call better, and tables that would be found first. */
  @ParameterizedTest
  @EnumSource
  void callsNothingThatSomebodyElseMade(Postgres postgres) throws SQLException {
    DocumentedRoles roles = DocumentedRoles.ofAnOwner(postgres);
    TestDatabase database = roles.database();
    database.insertMany(3);
    String low = roles.name("low");
    database.execute(
        """
        create role %1$s login; grant create on schema public to %1$s;
        create table caught (what text); grant insert on caught to public
        """
            .formatted(low));
    StringBuilder traps = new StringBuilder("set role " + low + ";\n");
    for (String function :
        List.of(
            "now()",
            "clock_timestamp()",
            "pg_is_in_recovery()",
            "pg_current_wal_lsn()",
            "pg_current_snapshot()")) {
      traps.append(trap(function, "timestamptz"));
    }
    for (String function :
        List.of(
            "pg_walfile_name(pg_lsn)",
            "array_agg(text)",
            "jsonb_build_object(text, text)",
            "hashtextextended(text, bigint)",
            "coalesced(text)",
            "set_config(text, text, boolean)")) {
      traps.append(trap(function, "text"));
    }
    for (String types :
        List.of("varchar, text", "text, varchar", "bigint, integer", "timestamptz, timestamptz")) {
      String[] sides = types.split(", ", 2);
      String name = "trap_" + sides[0] + "_" + sides[1];
      traps.append(trap(name + "(" + types + ")", "boolean"));
      for (String operator : List.of("=", "<>", "<=", ">")) {
        traps.append(
            "create operator public.%s (function = public.%s, leftarg = %s, rightarg = %s);\n"
                .formatted(operator, name, sides[0], sides[1]));
      }
    }
    database.execute(traps.toString());
    String member = roles.name("member");
    String hostile =
        """
        set search_path = public, pg_catalog;
        create temp table session_leases (session_id text, agent_id bigint, token bigint);
        create temp table session_agents (id bigint, state text, beat bigint);
        """;
    database.query(member, REGISTER);
    database.query(member, REGISTER);
    database.execute(
        "alter role "
            + member
            + " set search_path = public, pg_catalog; grant temporary on database "
            + database.name()
            + " to "
            + member);
    for (String call : CALLS) {
      if (call.matches(".*_(clear|resume|leave)\\(.*")) continue;
      assertThat(run(database, member, hostile + "select public." + call)).doesNotContain("caught");
    }
    assertThat(run(database, member, hostile + "select * from public.session_fleet_sessions(null)"))
        .isEmpty();
    assertThat(
            run(database, member, hostile + "select * from public.session_fleet_changes(null, 5)"))
        .isEmpty();
    database.execute(
        "set search_path = public, pg_catalog; update public.user_sessions set is_active = false where user_id operator(pg_catalog.=) '3'");
    assertThat(database.query("select what from caught")).isEmpty();
  }

  private static String trap(String signature, String result) {
    return "create function public.%s returns %s language plpgsql as 'begin insert into public.caught values (''%s''); return null; end';\n"
        .formatted(signature, result, signature);
  }
}
