package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import io.vibee.session.SessionException;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the server and checks how it was reached: pooler, TLS, version, standby, clock.
 * Closing this returns the connection with the settings that it came with. For one examination, in
 * one thread.
 */
final class ConnectionChecks implements AutoCloseable {
  private static final String CONNECTION = "connection";
  private static final String POOLER = "pooler";
  private static final String TLS = "tls";
  private static final String SERVER = "server";
  private static final String STANDBY = "standby";
  private static final String CLOCK = "clock";
  private static final int LOGIN_SECONDS = 10;
  private static final int OLDEST_SERVER = 14;
  private static final double SKEW_SECONDS = 5;
  private static final String PROTOCOL_VIOLATION = "08P01";
  private static final int ATTEMPTS = 3;

  private static final String PROCESS = "select pg_catalog.pg_backend_pid()";

  private static final String TLS_STATE =
      """
      select ssl, version, cipher from pg_stat_ssl where pid = pg_backend_pid()
      """;

  private static final String WRITABLE =
      """
      select pg_is_in_recovery(),
             (select reset_val = 'on' from pg_settings where name = 'default_transaction_read_only')
      """;

  private static final String NOW = "select extract(epoch from clock_timestamp())::text";

  private final @Nullable DatabaseUrl url;
  private final Source source;
  private @Nullable Connection connection;
  private boolean autoCommit;
  private boolean readOnly;

  private ConnectionChecks(@Nullable DatabaseUrl url, Source source) {
    this.url = url;
    this.source = source;
  }

  @FunctionalInterface
  private interface Source {
    Connection connect() throws SQLException;
  }

  static ConnectionChecks to(DatabaseUrl url) {
    DataSource source = url.toDataSource();
    return new ConnectionChecks(
        url,
        () -> {
          source.setLoginTimeout(LOGIN_SECONDS);
          return source.getConnection();
        });
  }

  static ConnectionChecks by(Supplier<Connection> connections) {
    return new ConnectionChecks(null, connections::get);
  }

  /** Connects, and returns whether that worked. */
  boolean open(Report findings) {
    String user;
    try {
      Connection opened = source.connect();
      connection = opened;
      autoCommit = opened.getAutoCommit();
      readOnly = opened.isReadOnly();
      opened.setAutoCommit(true);
      user = text(opened, "select current_user");
    } catch (SessionException e) {
      findings.failed(CONNECTION, e);
      return false;
    } catch (SQLException e) {
      if (url == null) findings.failed(CONNECTION, e);
      else findings.failed(CONNECTION, url.unavailable(e));
      return false;
    } catch (RuntimeException e) {
      findings.failed(CONNECTION, e);
      return false;
    }
    findings.ok(CONNECTION, "logged in as " + user);
    return true;
  }

  Connection get() {
    return Objects.requireNonNull(connection, "not open");
  }

  @Override
  public void close() throws SQLException {
    if (connection == null) return;
    try (Connection ending = connection) {
      if (url != null || ending.isClosed()) return;
      ending.setReadOnly(readOnly);
      ending.setAutoCommit(autoCommit);
    }
  }

  /** Returns the only value of a statement, which must look up nothing by search_path. */
  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /**
   * Checks whether transactions work, which all further checks need, and whether something in
   * between shares the server's connections: if one backend serves two clients while both are
   * connected, there is a pooler in transaction mode.
   */
  boolean allowsTransactions(Report findings) {
    if (url == null) {
      findings.skipped(
          POOLER,
          "only a URL tells: it takes two connections, and those of a data source may be one");
      return true;
    }
    try (Connection second = source.connect()) {
      second.setAutoCommit(false);
      boolean shared = false;
      for (int i = 0; i < ATTEMPTS && !shared; i++) {
        String ours = text(get(), PROCESS);
        shared = ours.equals(text(second, PROCESS));
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
          Cause.MISCONFIGURED,
          "a pooler that refuses transactions: " + Report.reason(e),
          "set pool_mode = transaction or session for this database");
      return false;
    }
    return true;
  }

  /** Checks whether others can read or change what travels to the server. */
  void tls(Queries sql, Report findings) throws SQLException {
    Queries.Row state = sql.row(TLS_STATE);
    String name = state.is(0) ? state.text(1) + " " + state.text(2) : "TLS";
    if (url == null) {
      findings.skipped(
          TLS,
          (state.is(0) ? name : "no TLS")
              + " as the server sees it; only a URL tells how the server is verified");
      return;
    }
    String mode = url.sslMode();
    // Behind a pooler, the server sees the pooler's connection, which may differ from ours.
    boolean on = state.is(0) || mode.equals("require") || mode.startsWith("verify-");
    if (url.isLocal()) {
      findings.ok(TLS, (on ? name : "no TLS") + ", on this machine alone");
    } else if (!on) {
      findings.warning(
          TLS,
          "no TLS: hashes, keys and passwords travel in clear",
          "add sslmode=verify-full and sslrootcert=… to DATABASE_URL");
    } else if (mode.equals("verify-full")) {
      findings.ok(TLS, name + ", certificate and host name verified");
    } else if (url.requiresChannelBinding()) {
      findings.ok(TLS, name + ", bound to the login (channel_binding=require)");
    } else {
      boolean certificate = mode.equals("verify-ca") || url.namesRootCertificate();
      findings.warning(
          TLS,
          certificate
              ? name + ", but the server's name is not verified"
              : name + ", but the server is not verified: somebody in between can read along",
          "use sslmode=verify-full with sslrootcert=…, or add channel_binding=require");
    }
  }

  static void server(Queries sql, Report findings) throws SQLException {
    int major = sql.connection().getMetaData().getDatabaseMajorVersion();
    String version = "PostgreSQL " + sql.row("show server_version").text(0);
    if (major >= OLDEST_SERVER) {
      findings.ok(SERVER, version);
    } else {
      findings.failed(
          SERVER,
          Cause.SCHEMA,
          version + " is older than " + OLDEST_SERVER,
          "upgrade the server to PostgreSQL " + OLDEST_SERVER + " or newer");
    }
  }

  /**
   * Checks whether the server takes writes, which heartbeats and the log need.
   *
   * @param readOnly whether the store only reads, and so needs none
   */
  static void standby(boolean readOnly, Queries sql, Report findings) throws SQLException {
    Queries.Row state = sql.row(WRITABLE);
    if (readOnly) {
      String server = state.is(0) ? "is a standby" : state.is(1) ? "is read-only" : "takes writes";
      findings.ok(STANDBY, "this server " + server + "; the store was opened for reading only");
      return;
    }
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

  static void clock(Queries sql, Report findings) throws SQLException {
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
