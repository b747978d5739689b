package io.vibee.session.cli;

import io.vibee.session.jdbc.DatabaseUrl;
import java.net.UnknownHostException;
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
      findings.failed(CONNECTION, ExitCode.UNAVAILABLE, reason(e), remedy(e));
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

  private static String remedy(SQLException error) {
    String state = Objects.requireNonNullElse(error.getSQLState(), "");
    if (state.startsWith("28")) {
      return "correct user and password in DATABASE_URL; if they are right, the server's"
          + " pg_hba.conf must let this role in";
    }
    return switch (state) {
      case "3D000" -> "correct the database's name in DATABASE_URL, or create it";
      case "53300" -> "wait, raise max_connections, or use a pooler";
      case "57P03" -> "the server is starting or stopping: try again";
      case "42501" -> "grant CONNECT on the database to this role";
      case "08P01" ->
          "a pooler such as PgBouncer may refuse 'options' in DATABASE_URL: set search_path for the"
              + " role instead";
      default ->
          isUnknownHost(error)
              ? "correct the host in DATABASE_URL: its name is not known here"
              : "check that the server runs, listens on that host and port, and speaks TLS if"
                  + " sslmode asks for it; a firewall may be in between";
    };
  }

  private static boolean isUnknownHost(Throwable error) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof UnknownHostException) return true;
    }
    return false;
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
