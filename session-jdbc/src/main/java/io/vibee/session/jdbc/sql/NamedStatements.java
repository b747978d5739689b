package io.vibee.session.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;

/**
 * Gives statements that run again and again a name on the server, which then plans them once:
 * planning takes longer than reading a session. It does so only on connections that go to the
 * server itself, since poolers lose names (decision 4).
 *
 * <p>A pooler makes up a process id for each client, since many of the server's processes may serve
 * it. If the id received at login is the one that the server reports, there is no pooler in
 * between.
 *
 * <p>Thread-safe.
 */
public final class NamedStatements {
  /** Execution from which a statement has a name; the driver's own default. */
  private static final int THRESHOLD = 5;

  private static final String PROCESS = "select pg_catalog.pg_backend_pid()";

  private final boolean wanted;
  private final Map<PGConnection, Boolean> direct =
      Collections.synchronizedMap(new WeakHashMap<>());
  private volatile boolean usedBefore;

  private NamedStatements(boolean wanted) {
    this.wanted = wanted;
  }

  /**
   * Names statements wherever names are kept; for connections made here, unless the URL says
   * otherwise.
   */
  public static NamedStatements wherePossible() {
    return new NamedStatements(true);
  }

  /** Leaves names to the driver, as it is configured. */
  public static NamedStatements asConfigured() {
    return new NamedStatements(false);
  }

  PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    // Spares a process that loads one session and ends the extra round trip.
    boolean named = usedBefore && wanted && isDirect(connection);
    usedBefore = true;
    return prepare(connection, sql, named);
  }

  /**
   * Prepares the statement that begins a transaction, before which the server cannot be asked
   * anything.
   */
  PreparedStatement prepareFirst(Connection connection, String sql) throws SQLException {
    boolean named =
        wanted && Boolean.TRUE.equals(direct.get(connection.unwrap(PGConnection.class)));
    return prepare(connection, sql, named);
  }

  private static PreparedStatement prepare(Connection connection, String sql, boolean named)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    if (named) statement.unwrap(PGStatement.class).setPrepareThreshold(THRESHOLD);
    return statement;
  }

  /**
   * Gives the connection the search path that our transactions set. From PostgreSQL 18 on, the
   * server reports each change of the path to the driver, which then drops all names. Nobody else
   * uses this connection.
   */
  private static void keepSearchPath(Connection connection, PGConnection physical)
      throws SQLException {
    if (physical.getParameterStatus("search_path") == null) return;
    try (Statement statement = connection.createStatement()) {
      statement.execute("set search_path to pg_catalog, pg_temp");
    }
  }

  private boolean isDirect(Connection connection) throws SQLException {
    PGConnection physical = connection.unwrap(PGConnection.class);
    Boolean known = direct.get(physical);
    if (known != null) return known;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(PROCESS)) {
      row.next();
      boolean found = row.getInt(1) == physical.getBackendPID();
      if (found) keepSearchPath(connection, physical);
      direct.put(physical, found);
      return found;
    }
  }
}
