package io.vibee.session.cli;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The triggers, without which rows are stored unencrypted and unlogged. */
final class DoctorTriggers {
  private static final String TRIGGERS = "triggers";

  /** Those of the migration, each behind its table. */
  static final Set<String> NEEDED =
      Set.of(
          "user_sessions.session_10_hold_key",
          "user_sessions.session_20_insert",
          "user_sessions.update_user_sessions_updated_at",
          "user_sessions.session_30_audit",
          "user_sessions.session_31_audit",
          "user_sessions.session_40_no_truncate",
          "encryption_keys.session_10_before",
          "encryption_keys.session_20_after",
          "encryption_keys.session_21_after",
          "encryption_keys.session_30_no_truncate",
          "session_activity.session_10_append_only");

  /** Enabled for all (A) or for ordinary sessions (O), and this session is one. */
  private static final String STATE =
      """
      select c.relname || '.' || t.tgname,
             t.tgenabled = 'A' or t.tgenabled = 'O' and current_setting('session_replication_role') <> 'replica'
        from pg_trigger t join pg_class c on c.oid = t.tgrelid
       where not t.tgisinternal
         and c.oid in (to_regclass('user_sessions'), to_regclass('encryption_keys'), to_regclass('session_activity'))
       order by 1
      """;

  private DoctorTriggers() {}

  static void check(DoctorSql sql, DoctorFindings findings) throws SQLException {
    List<String> disabled = new ArrayList<>();
    Set<String> missing = new LinkedHashSet<>(NEEDED);
    for (DoctorSql.Row row : sql.rows(STATE)) {
      if (missing.remove(row.text(0)) && !row.is(1)) disabled.add(row.text(0));
    }
    if (missing.size() == NEEDED.size()) {
      findings.skipped(TRIGGERS, "there are no tables");
    } else if (!missing.isEmpty()) {
      findings.failed(
          TRIGGERS,
          ExitCode.SCHEMA,
          "missing: " + sorted(missing),
          "as the owner of the tables, DELETE FROM session_schema_version and run migrate, which"
              + " makes them again");
    } else if (!disabled.isEmpty()) {
      String table = disabled.get(0).split("\\.", 2)[0];
      findings.failed(
          TRIGGERS,
          ExitCode.SCHEMA,
          "disabled: " + sorted(disabled) + ", so rows may be stored unencrypted or unlogged",
          "ALTER TABLE "
              + table
              + " ENABLE TRIGGER USER, and see to it that no role has"
              + " session_replication_role = replica; then look at sessions below");
    } else {
      findings.ok(TRIGGERS, "all " + NEEDED.size() + " are enabled");
    }
  }

  private static String sorted(Iterable<String> names) {
    List<String> list = new ArrayList<>();
    names.forEach(list::add);
    list.sort(String::compareTo);
    return String.join(", ", list);
  }
}
