package io.vibee.session.cli;

import io.vibee.session.jdbc.url.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Whether something between us and the server shares its connections. Two clients that are served
 * by one backend, while both are connected, have a pooler in transaction mode.
 */
final class DoctorPooler {
  private static final String POOLER = "pooler";
  private static final String PROCESS = "select pg_catalog.pg_backend_pid()";
  private static final String PROTOCOL_VIOLATION = "08P01";
  private static final int ATTEMPTS = 3;

  private DoctorPooler() {}

  /** Tells whether there are transactions, which all other questions need. */
  static boolean allowsTransactions(DatabaseUrl url, Connection first, DoctorFindings findings) {
    try (Connection second = DoctorPatient.connect(url)) {
      second.setAutoCommit(false);
      boolean shared = false;
      for (int i = 0; i < ATTEMPTS && !shared; i++) {
        String ours = DoctorPatient.text(first, PROCESS);
        shared = ours.equals(DoctorPatient.text(second, PROCESS));
        second.commit();
      }
      findings.ok(
          POOLER,
          shared
              ? "a pooler in transaction mode: everything works, but for 'options' in DATABASE_URL"
              : "none, or one that gives each client a connection of its own");
    } catch (SQLException e) {
      if (!PROTOCOL_VIOLATION.equals(e.getSQLState())) {
        findings.failed(POOLER, e);
        return true;
      }
      findings.failed(
          POOLER,
          ExitCode.MISCONFIGURED,
          "a pooler that refuses transactions: " + DoctorConnection.reason(e),
          "set pool_mode = transaction or session for this database");
      return false;
    }
    return true;
  }
}
