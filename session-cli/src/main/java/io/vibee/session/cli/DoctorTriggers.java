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
          "user_sessions.session_00_origin",
          "user_sessions.session_10_hold_key",
          "user_sessions.session_20_insert",
          "user_sessions.update_user_sessions_updated_at",
          "user_sessions.session_30_audit",
          "user_sessions.session_31_audit",
          "user_sessions.session_40_no_truncate",
          "encryption_keys.session_00_origin",
          "encryption_keys.session_05_archived",
          "encryption_keys.session_10_before",
          "encryption_keys.session_20_after",
          "encryption_keys.session_21_after",
          "encryption_keys.session_22_retired",
          "encryption_keys.session_30_no_truncate",
          "session_activity.session_00_origin",
          "session_activity.session_10_append_only");

  /** Enabled for all (A), or for ordinary sessions (O), as all but one are. */
  private static final String STATE =
      """
      select c.relname || '.' || t.tgname,
             t.tgenabled = 'A' or t.tgenabled = 'O' and t.tgname <> 'session_00_origin'
        from pg_trigger t join pg_class c on c.oid = t.tgrelid
       where not t.tgisinternal
         and c.oid in (to_regclass('@home@.user_sessions'), to_regclass('@home@.encryption_keys'), to_regclass('@home@.session_activity'))
       order by 1
      """;

  private static final String MEND =
      "as the owner of the tables, run migrate, which puts them back; then look at cipher and"
          + " sessions below";

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
      findings.failed(TRIGGERS, ExitCode.SCHEMA, "missing: " + sorted(missing), MEND);
    } else if (!disabled.isEmpty()) {
      findings.failed(
          TRIGGERS,
          ExitCode.SCHEMA,
          "disabled: " + sorted(disabled) + ", so rows may be stored unencrypted or unlogged",
          MEND);
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
