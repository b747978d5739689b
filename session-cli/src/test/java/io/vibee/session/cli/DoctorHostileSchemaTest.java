package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.jdbc.testing.PgBouncer;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody made objects with the names of PostgreSQL's own where the role looks first. */
class DoctorHostileSchemaTest {
  /** Each function fails when it is called, and each relation of the catalogs is empty. */
  private static final String HOSTILE =
      """
      create schema hostile;
      grant usage on schema hostile to public;
      do $$
      declare
        it record;
      begin
        for it in
          select p.oid, p.proname, format_type(p.prorettype, null) as result, p.proretset, p.oid::regprocedure::text as called,
                 pg_get_function_identity_arguments(p.oid) as arguments
            from pg_proc p
           where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f' and p.provariadic = 0
             and p.proargmodes is null
             and p.prorettype not in (select oid from pg_type where typtype = 'p')
             and not exists (select from unnest(p.proargtypes) a join pg_type t on t.oid = a where t.typtype = 'p')
        loop
          begin
            execute format($f$create function hostile.%I(%s) returns %s %s language plpgsql
                as $b$ begin raise exception 'hostile %s'; end $b$ $f$,
              it.proname, it.arguments, case when it.proretset then 'setof' end, it.result, it.proname);
          exception when others then null;
          end;
        end loop;
        for it in
          select o.oprname, o.oprleft::regtype as l, o.oprright::regtype as r, o.oprcode::regproc as code
            from pg_operator o where o.oprnamespace = 'pg_catalog'::regnamespace and o.oprleft <> 0
        loop
          begin
            execute format('create operator hostile.%s (function = hostile.%s, leftarg = %s, rightarg = %s)',
              it.oprname, it.code, it.l, it.r);
          exception when others then null;
          end;
        end loop;
        for it in
          select relname from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind in ('r', 'v')
        loop
          begin
            execute format('create view hostile.%1$I as select * from pg_catalog.%1$I where false', it.relname);
            execute format('grant select on hostile.%I to public', it.relname);
          exception when others then null;
          end;
        end loop;
      end $$
      """;

  private static final String LEFT =
      """
      create temp table encryption_keys as select * from public.encryption_keys;
      create temp table user_sessions as select * from public.user_sessions where false;
      create temp table session_activity as select * from public.session_activity;
      create temp table session_schema_version as select 1 as version, now() as applied_at;
      set search_path = pg_temp
      """;

  /** Triggers that the tables found there lack would be called lost, and sessions gone. */
  @ParameterizedTest
  @EnumSource(Postgres.class)
  void isNotMisledByTablesThatAnotherClientOfAPoolerLeft(Postgres postgres, @TempDir Path folder)
      throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    // Doctor has a connection, and the store that it tries another.
    try (PgBouncer bouncer = PgBouncer.start(database, "transaction", 2, folder)) {
      Map<String, String> before = statuses(bouncer.url());
      assertThat(before).containsEntry("triggers", "ok").containsEntry("sessions", "ok");
      try (Connection one = client(bouncer);
          Connection other = client(bouncer)) {
        leave(one);
        leave(other);
        one.commit();
        other.commit();
      }
      assertThat(statuses(bouncer.url())).isEqualTo(before);
    }
  }

  private static Connection client(PgBouncer bouncer) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres&prepareThreshold=0"
            .formatted(bouncer.port(), bouncer.database().name()));
  }

  private static void leave(Connection client) throws SQLException {
    client.setAutoCommit(false);
    try (Statement statement = client.createStatement()) {
      statement.execute(LEFT);
    }
  }

  @ParameterizedTest
  @EnumSource(Postgres.class)
  void isNotMisled(Postgres postgres) {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertByGuide("1", "sess_1");
    String role = DoctorChecks.role(database, "agent", DoctorChecks.AGENT);
    Map<String, String> before = statuses(database.url(role));
    database.execute(HOSTILE);
    assertThat(
            database.value(
                "select count(*) > 1000 from pg_proc where pronamespace = 'hostile'::regnamespace"))
        .isEqualTo("t");
    assertThat(
            database.value(
                "select count(*) > 500 from pg_operator where oprnamespace = 'hostile'::regnamespace"))
        .isEqualTo("t");
    database.execute("alter role " + role + " set search_path = hostile, public, pg_catalog");
    assertThat(statuses(database.url(role))).isEqualTo(before);
  }

  private static Map<String, String> statuses(String url) {
    Map<String, String> statuses = new TreeMap<>();
    for (JsonNode finding : CliRun.on(url).run("doctor", "--json").json().path("checks")) {
      statuses.put(
          finding.path("check").asText(),
          finding.path("status").asText()
              + (finding.path("status").asText().equals("failed")
                  ? ": " + finding.path("message").asText()
                  : ""));
    }
    return statuses;
  }
}
