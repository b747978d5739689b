package io.vibee.session.cli;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Whether the server writes hashes and keys into its log, which it does with whole statements. */
final class DoctorLogging {
  private static final String LOGGING = "server-log";

  private static final String SETTINGS =
      """
      select coalesce(current_setting('log_statement', true), 'none'),
             coalesce(current_setting('log_min_duration_statement', true), '-1'),
             coalesce(current_setting('log_parameter_max_length', true), '-1'),
             coalesce(current_setting('log_parameter_max_length_on_error', true), '0'),
             coalesce(current_setting('auto_explain.log_min_duration', true), '-1')
      """;

  private DoctorLogging() {}

  static void check(DoctorSql sql, DoctorFindings findings) throws SQLException {
    DoctorSql.Row set = sql.row(SETTINGS);
    boolean values = !set.text(2).equals("0");
    List<String> shown = new ArrayList<>();
    if (set.text(0).equals("all") || set.text(0).equals("mod")) {
      shown.add("log_statement = " + set.text(0));
    }
    if (!set.text(1).equals("-1")) shown.add("log_min_duration_statement = " + set.text(1));
    if (!set.text(3).equals("0")) shown.add("log_parameter_max_length_on_error = " + set.text(3));
    if (!set.text(4).equals("-1")) shown.add("auto_explain.log_min_duration = " + set.text(4));
    if (shown.isEmpty()) {
      findings.ok(LOGGING, "statements and their values are not written to the server's log");
      return;
    }
    findings.warning(
        LOGGING,
        "the server's log can show hashes and keys of "
            + (values ? "all statements, bound values included: " : "statements typed as SQL: ")
            + String.join(", ", shown),
        "set log_parameter_max_length = 0, or use a key outside the database, see"
            + " docs/security.md#secrets-in-statements");
  }
}
