package io.vibee.session.cli;

import java.sql.SQLException;

/** Whether the server takes writes, which heartbeats and the log are. */
final class DoctorStandby {
  private static final String STANDBY = "standby";

  private static final String STATE =
      """
      select pg_is_in_recovery(),
             (select reset_val = 'on' from pg_settings where name = 'default_transaction_read_only')
      """;

  private DoctorStandby() {}

  static void check(DoctorSql sql, DoctorFindings findings) throws SQLException {
    DoctorSql.Row state = sql.row(STATE);
    String lost = ": sessions are loaded, but heartbeats, the log, changes and rotations fail";
    if (state.is(0)) {
      findings.warning(
          STANDBY,
          "this server is a standby" + lost,
          "name the primary, or all servers, in DATABASE_URL and add target_session_attrs=read-write");
    } else if (state.is(1)) {
      findings.warning(
          STANDBY,
          "default_transaction_read_only is on for this role or database" + lost,
          "ALTER ROLE … or ALTER DATABASE … RESET default_transaction_read_only, whichever sets it");
    } else {
      findings.ok(STANDBY, "none, the server takes writes");
    }
  }
}
