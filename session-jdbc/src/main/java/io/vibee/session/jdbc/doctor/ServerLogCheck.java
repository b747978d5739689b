package io.vibee.session.jdbc.doctor;

import java.sql.SQLException;
import java.util.List;

/**
 * Checks whether the server writes hashes and keys into its log, or sends them to clients, as part
 * of statements or plans.
 */
final class ServerLogCheck {
  private static final String LOGGING = "server-log";

  /**
   * Finds settings that show statements, values or plans, as they are when this role logs in. Those
   * of auto_explain exist only if it is loaded.
   */
  private static final String SHOWING =
      """
      select name || ' = ' || reset_val
        from pg_settings
       where name = 'log_statement' and reset_val in ('all', 'mod')
          or name in ('log_min_duration_statement', 'log_min_duration_sample', 'auto_explain.log_min_duration')
             and reset_val <> '-1'
          or name = 'log_transaction_sample_rate' and reset_val <> '0'
          or name = 'log_parameter_max_length_on_error' and reset_val <> '0'
          or name in ('debug_print_parse', 'debug_print_rewritten', 'debug_print_plan') and reset_val = 'on'
          or name in ('client_min_messages', 'log_min_messages') and reset_val ~ '^(debug|log$)'
             and (name, reset_val) <> ('log_min_messages', 'log')
          or name in ('auto_explain.log_nested_statements', 'auto_explain.log_analyze') and reset_val = 'on'
             and exists (select from pg_settings where name = 'auto_explain.log_min_duration' and reset_val <> '-1')
       order by name ~ '[.]', name
      """;

  private static final String VALUES =
      """
      select coalesce(bool_or(name <> 'log_parameter_max_length' or reset_val <> '0'), false)
        from pg_settings
       where name = 'log_parameter_max_length'
          or name in ('debug_print_parse', 'debug_print_rewritten', 'debug_print_plan') and reset_val = 'on'
          or name = 'auto_explain.log_min_duration' and reset_val <> '-1'
      """;

  private ServerLogCheck() {}

  static void check(Queries sql, Report findings) throws SQLException {
    List<String> shown = sql.texts(SHOWING);
    if (shown.isEmpty()) {
      findings.ok(LOGGING, "statements and their values are not written to the server's log");
      return;
    }
    findings.warning(
        LOGGING,
        "the server's log can show hashes and keys of "
            + (sql.row(VALUES).is(0)
                ? "all statements, bound values included: "
                : "statements typed as SQL: ")
            + String.join(", ", shown),
        remedy(shown));
  }

  private static String remedy(List<String> shown) {
    boolean plans = shown.stream().anyMatch(set -> set.matches("(debug_print|auto_explain).*"));
    boolean messages = shown.stream().anyMatch(set -> set.matches("(client|log)_min_messages.*"));
    String parameters = "set log_parameter_max_length = 0";
    if (plans) {
      parameters +=
          ", switch debug_print_… off and set auto_explain.log_min_duration = -1, whose plans show"
              + " values";
    }
    if (messages) parameters += ", set client_min_messages and log_min_messages back";
    return parameters
        + ", or use a key outside the database, see docs/security.md#secrets-in-statements";
  }
}
