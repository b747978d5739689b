package io.vibee.session.cli;

import io.vibee.session.jdbc.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Whether something between us and the server shares its connections. Two clients that are served
 * by one backend, while both are connected, have a pooler in transaction mode.
 */
final class DoctorPooler {
  private static final String POOLER = "pooler";
  private static final String PROCESS = "select pg_backend_pid()";
  private static final String PROTOCOL_VIOLATION = "08P01";
  private static final int ATTEMPTS = 3;

  private DoctorPooler() {}

  static void check(DatabaseUrl url, DoctorSql first, DoctorFindings findings) throws SQLException {
    try (Connection connection = DoctorPatient.connect(url)) {
      connection.setAutoCommit(false);
      DoctorSql second = new DoctorSql(connection);
      for (int i = 0; i < ATTEMPTS; i++) {
        String ours = first.row(PROCESS).text(0);
        String other = second.row(PROCESS).text(0);
        connection.commit();
        if (!ours.equals(other)) continue;
        findings.ok(
            POOLER,
            "a pooler in transaction mode: everything works, but for 'options' in DATABASE_URL");
        return;
      }
      findings.ok(POOLER, "none, or one that gives each client a connection of its own");
    } catch (SQLException e) {
      if (!PROTOCOL_VIOLATION.equals(e.getSQLState())) throw e;
      findings.failed(
          POOLER,
          ExitCode.MISCONFIGURED,
          "a pooler that refuses transactions: " + DoctorConnection.reason(e),
          "set pool_mode = transaction or session for this database");
    }
  }
}
