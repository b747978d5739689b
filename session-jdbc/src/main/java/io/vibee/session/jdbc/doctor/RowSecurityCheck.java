package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks row level security, which silently hides rows: a session that is not found may then be a
 * hidden one.
 */
final class RowSecurityCheck {
  private static final String ROW_SECURITY = "row-security";

  /** Tells whether it applies to this role, and to the owner, as whom the triggers act. */
  private static final String TABLES =
      """
      select '@home@.' || c.relname, row_security_active(c.oid), c.relrowsecurity,
             c.relrowsecurity and c.relforcerowsecurity and not r.rolsuper and not r.rolbypassrls,
             c.relforcerowsecurity, quote_ident(current_user), quote_ident(r.rolname)
        from pg_class c join pg_roles r on r.oid = c.relowner
       where c.oid in (to_regclass('@home@.user_sessions'), to_regclass('@home@.encryption_keys'),
                       to_regclass('@home@.session_activity'), to_regclass('@home@.session_schema_version'))
       order by 1
      """;

  /** Finds policies; the migration makes none. */
  private static final String POLICIES =
      """
      select quote_ident(p.polname) || ' ON @home@.' || c.relname
        from pg_policy p join pg_class c on c.oid = p.polrelid
       where c.oid in (to_regclass('@home@.user_sessions'), to_regclass('@home@.encryption_keys'),
                       to_regclass('@home@.session_activity'), to_regclass('@home@.session_schema_version'))
       order by 1
      """;

  private RowSecurityCheck() {}

  static void check(Queries sql, Report findings) throws SQLException {
    List<Queries.Row> tables = sql.rows(TABLES);
    List<String> policies = sql.texts(POLICIES);
    if (tables.isEmpty()) {
      findings.skipped(ROW_SECURITY, "there are no tables");
      return;
    }
    String note = policies.isEmpty() ? "" : "; policies: " + String.join(", ", policies);
    List<String> hidden = names(tables, 1);
    List<String> fromOwner = names(tables, 3);
    List<String> forced = names(tables, 4);
    List<String> on = names(tables, 2);
    if (!hidden.isEmpty()) {
      findings.failed(
          ROW_SECURITY,
          Cause.UNAVAILABLE,
          "row level security hides rows of %s from role %s: what is not seen here may be there all the same%s"
              .formatted(String.join(", ", hidden), tables.get(0).text(5), note),
          switchOff(hidden)
              + ", or let a superuser run: ALTER ROLE "
              + tables.get(0).text(5)
              + " BYPASSRLS");
    } else if (!fromOwner.isEmpty()) {
      findings.failed(
          ROW_SECURITY,
          Cause.SCHEMA,
          "row level security is forced on the owner of %s, as whom the triggers act: key changes miss rows%s"
              .formatted(String.join(", ", fromOwner), note),
          without("NO FORCE", fromOwner));
    } else if (!policies.isEmpty()) {
      findings.warning(
          ROW_SECURITY,
          "does not restrict this role, but somebody has made policies: "
              + String.join(", ", policies),
          "if they are not yours: " + dropped(policies));
    } else if (!forced.isEmpty()) {
      findings.warning(
          ROW_SECURITY,
          "does not restrict this role, but is set to be forced on the owner of "
              + String.join(", ", forced),
          without("NO FORCE", forced));
    } else {
      findings.ok(
          ROW_SECURITY,
          on.isEmpty()
              ? "off"
              : "on for "
                  + String.join(", ", on)
                  + ", which restricts neither this role nor the owner");
    }
  }

  private static List<String> names(List<Queries.Row> tables, int flag) {
    return tables.stream().filter(row -> row.is(flag)).map(row -> row.text(0)).toList();
  }

  private static String switchOff(List<String> tables) {
    return "as the owner of the tables: " + without("DISABLE", tables);
  }

  private static String without(String what, List<String> tables) {
    List<String> commands = new ArrayList<>();
    for (String table : tables)
      commands.add("ALTER TABLE " + table + " " + what + " ROW LEVEL SECURITY");
    return String.join("; ", commands);
  }

  private static String dropped(List<String> policies) {
    return String.join("; ", policies.stream().map(policy -> "DROP POLICY " + policy).toList());
  }
}
