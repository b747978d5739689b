package io.vibee.session.cli;

import io.vibee.session.MasterKeyMismatchException;
import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionException;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.sql.SQLException;
import java.util.List;

/** The extension, the tables and their version. */
final class DoctorSchema {
  private static final String PGCRYPTO = "pgcrypto";
  private static final String TABLES = "tables";
  private static final String SCHEMA = "schema";

  private static final String EXTENSION =
      """
      select e.extversion, n.nspname, has_schema_privilege(n.oid, 'USAGE')
        from pg_extension e join pg_namespace n on n.oid = e.extnamespace
       where e.extname = 'pgcrypto'
      """;

  private static final String AVAILABLE =
      """
      select exists (select from pg_available_extensions where name = 'pgcrypto')
      """;

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

  private DoctorSchema() {}

  static void extension(DoctorSql sql, DoctorFindings findings) throws SQLException {
    List<DoctorSql.Row> found = sql.rows(EXTENSION);
    if (found.isEmpty()) {
      boolean available = sql.row(AVAILABLE).is(0);
      if (available && isUnmigrated(sql)) {
        findings.skipped(PGCRYPTO, "not created yet, which migrate does");
        return;
      }
      findings.failed(
          PGCRYPTO,
          ExitCode.SCHEMA,
          "the extension pgcrypto is " + (available ? "not created" : "not installed"),
          available
              ? "let the owner of the database run: CREATE EXTENSION pgcrypto"
              : "install PostgreSQL's contrib package on the server, then run migrate");
      return;
    }
    String version = found.get(0).text(0);
    String schema = found.get(0).text(1);
    if (found.get(0).is(2)) {
      findings.ok(PGCRYPTO, "version " + version + " in schema " + schema);
    } else {
      findings.failed(
          PGCRYPTO,
          ExitCode.UNAVAILABLE,
          "this role may not use schema " + schema + ", where pgcrypto is",
          "GRANT USAGE ON SCHEMA " + schema + " to this role");
    }
  }

  static void tables(DoctorSql sql, DoctorFindings findings) throws SQLException {
    SessionException problem = sql.problem();
    if (sql.home().isEmpty()) {
      // The path leads to several, or nowhere.
      if (problem instanceof MisconfiguredException) findings.failed(TABLES, problem);
      else if (isUnmigrated(sql)) unmigrated(sql, findings);
      else missing(List.of("user_sessions"), sql, findings);
      return;
    }
    DoctorSql.Row own = sql.row(OWN_TABLE);
    if (!own.is(1)) {
      findings.failed(
          TABLES,
          ExitCode.SCHEMA,
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

  /** Nothing of ours is there, in no schema: all that there is to do is to migrate. */
  private static boolean isUnmigrated(DoctorSql sql) throws SQLException {
    return sql.home().isEmpty()
        && !(sql.problem() instanceof MisconfiguredException)
        && sql.rows(ELSEWHERE).isEmpty();
  }

  private static void unmigrated(DoctorSql sql, DoctorFindings findings) {
    findings.failed(
        TABLES,
        ExitCode.SCHEMA,
        "there are none yet (search_path " + sql.searchPath() + ")",
        "run migrate, as the role that is to own the tables");
  }

  private static void missing(List<String> names, DoctorSql sql, DoctorFindings findings)
      throws SQLException {
    List<DoctorSql.Row> elsewhere = sql.home().isEmpty() ? sql.rows(ELSEWHERE) : List.of();
    findings.failed(
        TABLES,
        ExitCode.SCHEMA,
        "missing: " + String.join(", ", names) + " (search_path " + sql.searchPath() + ")",
        elsewhere.isEmpty() ? "run migrate, as the owner of the tables" : found(elsewhere.get(0)));
  }

  private static String found(DoctorSql.Row elsewhere) {
    String schema = elsewhere.text(0);
    return elsewhere.is(1)
        ? "they are in schema " + schema + ": ALTER ROLE … SET search_path = " + schema
        : "they are in schema "
            + schema
            + ", which this role may not use: GRANT USAGE ON SCHEMA "
            + schema;
  }

  /** By the library's own check, without the keys that the environment names. */
  static void version(DoctorPatient patient, DoctorSql sql, DoctorFindings findings)
      throws SQLException {
    if (isUnmigrated(sql)) {
      findings.skipped(SCHEMA, "there are no tables");
      return;
    }
    try (JdbcSessionStore store =
        JdbcSessionStore.open(patient.settings().getOrDefault("DATABASE_URL", ""))) {
      store.check();
    } catch (MasterKeyMissingException | MasterKeyMismatchException e) {
      // The tables are as they should be; keys are looked at below.
    } catch (SessionException e) {
      findings.failed(SCHEMA, e);
      return;
    }
    findings.ok(SCHEMA, "version " + sql.row(VERSION).text(0) + ", which this program knows");
  }
}
