package io.vibee.session.cli;

import io.vibee.session.jdbc.url.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reaches the server, and looks at how it was reached. */
final class DoctorConnection {
  private static final String CONNECTION = "connection";
  private static final String SERVER = "server";
  private static final String CLOCK = "clock";
  private static final int OLDEST_SERVER = 14;
  private static final double SKEW_SECONDS = 5;

  private static final String NOW = "select extract(epoch from clock_timestamp())::text";

  private DoctorConnection() {}

  /** Null where it fails. */
  static @Nullable Connection open(DatabaseUrl url, DoctorFindings findings) {
    try {
      Connection connection = DoctorPatient.connect(url);
      findings.ok(
          CONNECTION, "logged in as " + DoctorPatient.text(connection, "select current_user"));
      return connection;
    } catch (SQLException e) {
      findings.failed(CONNECTION, url.unavailable(e));
      return null;
    }
  }

  /** The first line of what server or driver say; neither repeats a password or a row. */
  static String reason(SQLException error) {
    String state = Objects.requireNonNullElse(error.getSQLState(), "");
    String text = Objects.requireNonNullElse(error.getMessage(), error.getClass().getName());
    String line = text.strip().split("\\R", 2)[0];
    return state.isEmpty() ? line : line + " (" + state + ")";
  }

  static void server(DoctorSql sql, DoctorFindings findings) throws SQLException {
    int major = sql.connection().getMetaData().getDatabaseMajorVersion();
    String version = "PostgreSQL " + sql.row("show server_version").text(0);
    if (major >= OLDEST_SERVER) {
      findings.ok(SERVER, version);
    } else {
      findings.failed(
          SERVER,
          ExitCode.SCHEMA,
          version + " is older than " + OLDEST_SERVER,
          "upgrade the server to PostgreSQL " + OLDEST_SERVER + " or newer");
    }
  }

  static void clock(DoctorSql sql, DoctorFindings findings) throws SQLException {
    long before = System.currentTimeMillis();
    double server = Double.parseDouble(sql.row(NOW).text(0));
    double here = (before + System.currentTimeMillis()) / 2000.0;
    String skew = String.format(Locale.ROOT, "%.1f s", Math.abs(server - here));
    if (Math.abs(server - here) <= SKEW_SECONDS) {
      findings.ok(CLOCK, "the server's clock is " + skew + " from this machine's");
    } else {
      findings.warning(
          CLOCK,
          "the server's clock is " + skew + " from this machine's, so times of logs do not agree",
          "set both by NTP");
    }
  }
}
