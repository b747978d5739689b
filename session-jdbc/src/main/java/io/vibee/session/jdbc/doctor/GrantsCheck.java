package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds rights that nobody seems to have granted on purpose: those of everybody, those that {@code
 * ALTER DEFAULT PRIVILEGES} grants on each new table, as on hosted databases, and {@code TRUNCATE}
 * and {@code TRIGGER}, which no role needs.
 */
final class GrantsCheck {
  private static final String GRANTS = "grants";

  /**
   * Leaves out roles that the current one acts as: an agent may well have its rights by default.
   */
  private static final String BY_DEFAULT =
      """
      select case when a.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(a.grantee)) end, a.privilege_type
        from pg_class c join pg_default_acl d on d.defaclrole = c.relowner and d.defaclnamespace in (0, c.relnamespace),
             aclexplode(d.defaclacl) a
       where c.oid = '@home@.user_sessions'::regclass and d.defaclobjtype = 'r' and a.grantee <> c.relowner
         and (a.grantee = 0 or pg_has_role(c.relowner, 'MEMBER') or not pg_has_role(a.grantee, 'MEMBER'))
      """;

  private final String home;
  private final Map<String, Set<String>> defaults = new LinkedHashMap<>();
  private final Map<String, List<TableRight>> rights = new LinkedHashMap<>();
  private final List<String> grave = new ArrayList<>();
  private final List<String> unusual = new ArrayList<>();
  private final List<String> revoke = new ArrayList<>();

  private GrantsCheck(Queries sql) throws SQLException {
    home = sql.home();
    for (Queries.Row row : sql.rows(BY_DEFAULT)) {
      defaults.computeIfAbsent(row.text(0), role -> new HashSet<>()).add(row.text(1));
    }
    for (TableRight right : TableRight.of(sql)) {
      rights.computeIfAbsent(right.role(), role -> new ArrayList<>()).add(right);
    }
  }

  static void check(Queries sql, Report findings) throws SQLException {
    GrantsCheck found = new GrantsCheck(sql);
    found.rights.forEach(found::judge);
    found.report(findings);
  }

  private void judge(String role, List<TableRight> all) {
    boolean everybody = role.equals(TableRight.EVERYBODY);
    boolean byDefault = isByDefault(role, all);
    List<TableRight> wrong =
        all.stream()
            .filter(right -> (everybody || byDefault) ? right.counts() : right.isPower())
            .toList();
    if (wrong.isEmpty()) return;
    Set<String> tables = new TreeSet<>();
    for (TableRight right : wrong) tables.add(home + "." + right.table());
    String phrase =
        (everybody ? "everybody (PUBLIC)" : role)
            + (byDefault ? ", by default privileges," : "")
            + " may "
            + TableRight.phrase(wrong);
    boolean isGrave = (everybody || byDefault) && wrong.stream().anyMatch(TableRight::isGrave);
    (isGrave ? grave : unusual).add(phrase);
    revoke.add(
        "REVOKE %s ON %s FROM %s"
            .formatted(
                everybody || byDefault ? "ALL" : "TRUNCATE, TRIGGER",
                String.join(", ", tables),
                role));
  }

  /** Whether the role has on one of the tables all that it would get on a new one. */
  private boolean isByDefault(String role, List<TableRight> all) {
    Set<String> given = defaults.getOrDefault(role, Set.of());
    if (given.isEmpty()) return false;
    Map<String, Set<String>> byTable = new LinkedHashMap<>();
    for (TableRight right : all) {
      if (!right.column().isEmpty()) continue;
      byTable.computeIfAbsent(right.table(), table -> new HashSet<>()).add(right.privilege());
    }
    return byTable.values().stream().anyMatch(privileges -> privileges.containsAll(given));
  }

  private void report(Report findings) {
    if (grave.isEmpty() && unusual.isEmpty()) {
      findings.ok(GRANTS, "none to everybody or by default, no TRUNCATE or TRIGGER");
      return;
    }
    List<String> all = new ArrayList<>(grave);
    all.addAll(unusual);
    String text = String.join(". ", all);
    String remedy = "as the owner of the tables: " + String.join("; ", revoke);
    if (!grave.isEmpty()) findings.failed(GRANTS, Cause.MISCONFIGURED, text, remedy);
    else findings.warning(GRANTS, text, remedy);
  }
}
