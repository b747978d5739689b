package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import io.vibee.session.MasterKeyMismatchException;
import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionException;
import java.sql.SQLException;
import java.util.List;

/** Checks the tables, their version, and whether they are as the migration left them. */
final class SchemaChecks {
  private static final String TABLES = "tables";
  private static final String SCHEMA = "schema";
  private static final String OBJECTS = "objects";
  private static final String STATE_FUNCTION = "session_schema_objects()";
  private static final String FLEET_STATE_FUNCTION = "session_fleet_objects()";

  private static final String MISSING_TABLES =
      """
      select name from unnest(array['user_sessions', 'encryption_keys', 'session_activity',
                                    'session_schema_version']) as name
       where to_regclass('@home@.' || name) is null
      """;

  private static final String OWN_TABLE =
      """
      select n.nspname, exists (select from pg_attribute a
                                 where a.attrelid = c.oid and a.attname = 'api_hash_encrypted')
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.oid = to_regclass('@home@.user_sessions')
      """;

  private static final String ELSEWHERE =
      """
      select n.nspname, has_schema_privilege(n.oid, 'USAGE')
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relname = 'user_sessions' and c.relkind = 'r' and c.relpersistence <> 't'
         and exists (select from pg_attribute a
                      where a.attrelid = c.oid and a.attname = 'api_hash_encrypted')
       order by n.nspname
      """;

  private static final String VERSION = "select max(version) from @home@.session_schema_version";

  private static final String NOTED =
      """
      select objects is not null from @home@.session_schema_version order by version desc limit 1
      """;

  private static final String DIFFERENT =
      """
      with noted as (
        select o.key as object, o.value as state
          from (select objects from @home@.session_schema_version order by version desc limit 1) as latest,
               jsonb_each_text(latest.objects) as o)
      select case when i.object is null then 'missing: ' when n.object is null then 'added: ' else 'changed: ' end
               || coalesce(n.object, i.object)
        from noted n full join @home@.session_schema_objects() i on i.object = n.object
       where n.state is distinct from i.state
       order by i.object is not null, n.object is null, 1
      """;

  /** Tells whether there is a fleet, which most need not, and this role has to do with it. */
  private static final String HAS_FLEET =
      """
      select coalesce(has_table_privilege(to_regclass('@home@.session_fleet')::oid, 'SELECT'), false)
      """;

  private static final String FLEET_DIFFERENT =
      """
      with noted as (
        select o.key as object, o.value as state
          from (select objects from @home@.session_fleet) as latest, jsonb_each_text(latest.objects) as o)
      select case when i.object is null then 'missing: ' when n.object is null then 'added: ' else 'changed: ' end
               || coalesce(n.object, i.object)
        from noted n full join @home@.session_fleet_objects() i on i.object = n.object
       where n.state is distinct from i.state
       order by i.object is not null, n.object is null, 1
      """;

  private SchemaChecks() {}

  static void tables(Queries sql, Report findings) throws SQLException {
    SessionException problem = sql.problem();
    if (sql.home().isEmpty()) {
      // The path leads to several sets of tables, or to none.
      if (problem instanceof MisconfiguredException) findings.failed(TABLES, problem);
      else if (isUnmigrated(sql)) unmigrated(sql, findings);
      else missing(List.of("user_sessions"), sql, findings);
      return;
    }
    Queries.Row own = sql.row(OWN_TABLE);
    if (!own.is(1)) {
      findings.failed(
          TABLES,
          Cause.SCHEMA,
          "user_sessions in schema " + own.text(0) + " is another program's table",
          "use a schema of its own, see docs/quick-start.md#a-schema-other-than-public");
      return;
    }
    List<String> missing = sql.texts(MISSING_TABLES);
    if (missing.isEmpty() && problem instanceof MisconfiguredException) {
      findings.failed(TABLES, problem);
    } else if (missing.isEmpty()) {
      findings.ok(TABLES, "in schema " + own.text(0) + " (search_path " + sql.searchPath() + ")");
    } else {
      missing(missing, sql, findings);
    }
  }

  /** Whether no schema has anything of ours, so that all there is to do is to migrate. */
  static boolean isUnmigrated(Queries sql) throws SQLException {
    return sql.home().isEmpty()
        && !(sql.problem() instanceof MisconfiguredException)
        && sql.rows(ELSEWHERE).isEmpty();
  }

  private static void unmigrated(Queries sql, Report findings) {
    findings.failed(
        TABLES,
        Cause.SCHEMA,
        "there are none yet (search_path " + sql.searchPath() + ")",
        "run migrate, as the role that is to own the tables");
  }

  private static void missing(List<String> names, Queries sql, Report findings)
      throws SQLException {
    List<Queries.Row> elsewhere = sql.home().isEmpty() ? sql.rows(ELSEWHERE) : List.of();
    findings.failed(
        TABLES,
        Cause.SCHEMA,
        "missing: " + String.join(", ", names) + " (search_path " + sql.searchPath() + ")",
        elsewhere.isEmpty() ? "run migrate, as the owner of the tables" : found(elsewhere.get(0)));
  }

  private static String found(Queries.Row elsewhere) {
    String schema = elsewhere.text(0);
    return elsewhere.is(1)
        ? "they are in schema " + schema + ": ALTER ROLE … SET search_path = " + schema
        : "they are in schema "
            + schema
            + ", which this role may not use: GRANT USAGE ON SCHEMA "
            + schema;
  }

  /** Makes the store's own check, except for the key, which has a check of its own. */
  static void version(Runnable check, Queries sql, Report findings) throws SQLException {
    if (isUnmigrated(sql)) {
      findings.skipped(SCHEMA, "there are no tables");
      return;
    }
    try {
      check.run();
    } catch (MasterKeyMissingException | MasterKeyMismatchException e) {
      // The tables are as they should be.
    } catch (SessionException e) {
      findings.failed(SCHEMA, e);
      return;
    }
    findings.ok(SCHEMA, "version " + sql.row(VERSION).text(0) + ", which this program knows");
  }

  /**
   * Checks whether tables, functions and triggers are as the migration left them, whatever the
   * version says.
   */
  static void objects(Queries sql, Report findings) throws SQLException {
    List<Queries.Row> noted = sql.rows(NOTED);
    if (!sql.isOurs(STATE_FUNCTION)) {
      objectsFailed(
          "the function "
              + STATE_FUNCTION
              + ", which tells their state, is missing or another role's",
          findings);
    } else if (noted.isEmpty() || !noted.get(0).is(0)) {
      objectsFailed("session_schema_version does not hold what the migration made", findings);
    } else {
      List<String> different = sql.texts(DIFFERENT);
      if (!different.isEmpty()) objectsFailed(String.join(", ", different), findings);
      else fleetObjects(sql, findings);
    }
  }

  private static void fleetObjects(Queries sql, Report findings) throws SQLException {
    boolean fleet = sql.row(HAS_FLEET).is(0);
    if (fleet && !sql.isOurs(FLEET_STATE_FUNCTION)) {
      fleetFailed(
          "the function "
              + FLEET_STATE_FUNCTION
              + ", which tells their state, is missing or another role's",
          findings);
      return;
    }
    List<String> different = fleet ? sql.texts(FLEET_DIFFERENT) : List.of();
    if (different.isEmpty()) findings.ok(OBJECTS, "as the migration made them");
    else fleetFailed(String.join(", ", different), findings);
  }

  private static void fleetFailed(String text, Report findings) {
    findings.failed(
        OBJECTS,
        Cause.SCHEMA,
        text,
        "as the owner of the tables, run migrate, or psql with migrations/002_fleet.sql: it puts"
            + " back what is missing or changed");
  }

  private static void objectsFailed(String text, Report findings) {
    findings.failed(
        OBJECTS,
        Cause.SCHEMA,
        text,
        "as the owner of the tables, run migrate, or psql with migrations/001_user_sessions.sql: it"
            + " puts back what is missing or changed");
  }
}
