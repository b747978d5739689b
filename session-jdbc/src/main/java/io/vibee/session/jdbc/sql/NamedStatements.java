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
 * planning takes longer than reading a session. Only on connections that go to the server itself,
 * since poolers lose names (decision 4).
 *
 * <p>A pooler tells its clients a process id of its own making, as one of theirs is served by many
 * of the server's. Where the id that was told at the login is the one that the server gives, there
 * is no pooler between.
 *
 * <p>Safe for threads.
 */
public final class NamedStatements {
  /** From which execution on; the driver's own default. */
  private static final int THRESHOLD = 5;

  private static final String PROCESS = "select pg_catalog.pg_backend_pid()";

  private final boolean wanted;
  private final Map<PGConnection, Boolean> direct =
      Collections.synchronizedMap(new WeakHashMap<>());
  private volatile boolean usedBefore;

  private NamedStatements(boolean wanted) {
    this.wanted = wanted;
  }

  /** Where the connections are made here, and nobody said otherwise. */
  public static NamedStatements whereKept() {
    return new NamedStatements(true);
  }

  /** Left to the driver, and to whoever set it up. */
  public static NamedStatements asSetUp() {
    return new NamedStatements(false);
  }

  PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    // A process that loads one session and ends is spared the question.
    boolean named = usedBefore && wanted && isDirect(connection);
    usedBefore = true;
    return prepare(connection, sql, named);
  }

  /** For what begins a transaction: nothing can be asked before it. */
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
   * From PostgreSQL 18 on, the driver is told of each change of the search path, and drops all
   * names then. So the path stays as transactions have it: nobody else uses this connection.
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
