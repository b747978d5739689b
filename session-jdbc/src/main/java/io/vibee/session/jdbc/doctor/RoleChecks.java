package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import java.sql.SQLException;
import java.util.List;

/** Checks what this role may do: enough for an agent, and not too much. */
final class RoleChecks {
  private static final String RIGHTS = "rights";
  private static final String ROLE = "role";

  /**
   * Rights that an agent cannot do without. For a missing function or table the result is null, and
   * so no right.
   */
  private static final String NEEDED =
      """
      select what from (values
          ('SELECT on session_schema_version', has_table_privilege(to_regclass('@home@.session_schema_version'), 'SELECT')),
          ('SELECT on encryption_keys', has_table_privilege(to_regclass('@home@.encryption_keys'), 'SELECT')),
          ('SELECT on user_sessions', has_table_privilege(to_regclass('@home@.user_sessions'), 'SELECT')),
          ('UPDATE (last_seen_at) on user_sessions', has_column_privilege(to_regclass('@home@.user_sessions'), 'last_seen_at', 'UPDATE')),
          ('EXECUTE on session_hash_is_sealed', has_function_privilege(to_regprocedure('@home@.session_hash_is_sealed(bytea)'), 'EXECUTE')),
          ('EXECUTE on session_hash_decrypt', has_function_privilege(to_regprocedure('@home@.session_hash_decrypt(bytea, text)'), 'EXECUTE')),
          ('EXECUTE on session_hash_try_decrypt', has_function_privilege(to_regprocedure('@home@.session_hash_try_decrypt(bytea, text)'), 'EXECUTE')),
          ('EXECUTE on pgp_sym_decrypt', (
            select has_function_privilege(p.oid, 'EXECUTE')
              from pg_extension e join pg_proc p on p.pronamespace = e.extnamespace
             where e.extname = 'pgcrypto' and p.proname = 'pgp_sym_decrypt'
               and p.proargtypes = '17 25'::oidvector))
        ) as needed (what, granted) where granted is not true
      """;

  /** Rights that an agent uses to report on its sessions. */
  private static final String USEFUL =
      """
      select what from (values
          ('UPDATE (is_authorized) on user_sessions', has_column_privilege(to_regclass('@home@.user_sessions'), 'is_authorized', 'UPDATE')),
          ('INSERT on session_activity', has_column_privilege(to_regclass('@home@.session_activity'), 'activity_type', 'INSERT')),
          ('SELECT on session_activity', has_table_privilege(to_regclass('@home@.session_activity'), 'SELECT')),
          ('USAGE on session_activity_id_seq', has_sequence_privilege(to_regclass('@home@.session_activity_id_seq'), 'USAGE'))
        ) as useful (what, granted) where granted is not true
      """;

  /** Rights that commands such as add and delete need. */
  private static final String MANAGES =
      """
      select coalesce(has_column_privilege(to_regclass('@home@.user_sessions'), 'api_hash_encrypted', 'INSERT')
        and has_column_privilege(to_regclass('@home@.user_sessions'), 'api_hash_encrypted', 'UPDATE')
        and has_table_privilege(to_regclass('@home@.user_sessions'), 'DELETE'), false)
      """;

  private static final String POWER =
      """
      select r.rolsuper,
             coalesce(pg_has_role(current_user, (select relowner from pg_class where oid = to_regclass('@home@.user_sessions')), 'USAGE'), false),
             coalesce(has_table_privilege(to_regclass('@home@.user_sessions'), 'TRIGGER'), false)
        from pg_roles r where r.rolname = current_user
      """;

  private RoleChecks() {}

  static void rights(Queries sql, Report findings) throws SQLException {
    List<String> needed = sql.texts(NEEDED);
    List<String> useful = sql.texts(USEFUL);
    if (!needed.isEmpty()) {
      findings.failed(
          RIGHTS,
          Cause.UNAVAILABLE,
          "an agent lacks: " + String.join(", ", needed),
          "grant them as docs/security.md#roles-and-grants says, or run migrate if tables are"
              + " missing");
    } else if (!useful.isEmpty()) {
      findings.warning(
          RIGHTS,
          "an agent can load sessions, but not report of them; it lacks: "
              + String.join(", ", useful),
          "grant them as docs/security.md#roles-and-grants says, if agents shall");
    } else {
      String manages = sql.row(MANAGES).is(0) ? "load, report and manage" : "load and report";
      findings.ok(RIGHTS, "may " + manages + " sessions");
    }
  }

  static void power(Queries sql, Report findings) throws SQLException {
    Queries.Row role = sql.row(POWER);
    String remedy = "give agents a role of their own, see docs/security.md#roles-and-grants";
    if (role.is(0)) {
      findings.warning(ROLE, "this role is a superuser, which nothing restricts", remedy);
    } else if (role.is(1)) {
      findings.warning(ROLE, "this role owns the tables, so it can switch triggers off", remedy);
    } else if (role.is(2)) {
      findings.warning(
          ROLE,
          "this role has TRIGGER on user_sessions, so it can write past the triggers",
          "REVOKE TRIGGER ON user_sessions from this role");
    } else {
      findings.ok(ROLE, "neither superuser nor owner of the tables");
    }
  }
}
