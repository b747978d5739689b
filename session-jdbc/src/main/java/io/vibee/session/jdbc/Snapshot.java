package io.vibee.session.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/**
 * One moment of the database, seen by all reads of a transaction, and of others that join it. A
 * read that failed is undone by {@link #again}, and the moment stays the same.
 *
 * <p>All of it is local to the transaction, as poolers need it.
 */
final class Snapshot {
  private static final String BEGIN =
      "set transaction isolation level repeatable read, read only; savepoint before_read";

  /** Not possible within a savepoint. */
  private static final String EXPORT =
      "release savepoint before_read; select pg_export_snapshot(); savepoint before_read";

  private static final Pattern NAME = Pattern.compile("[0-9A-Fa-f-]+");

  private Snapshot() {}

  /** Before the first read of a transaction. */
  static void begin(Connection connection) throws SQLException {
    execute(connection, BEGIN);
  }

  /** The moment's name, for as long as this transaction lasts. */
  static String export(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(EXPORT);
      statement.getMoreResults();
      try (ResultSet row = statement.getResultSet()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  /** Instead of {@link #begin}; on the same server only. */
  static void join(Connection connection, String name) throws SQLException {
    if (!NAME.matcher(name).matches()) throw new SQLException("no name of a snapshot");
    execute(connection, BEGIN.replace("; ", "; set transaction snapshot '" + name + "'; "));
  }

  /** After a read that failed. */
  static void again(Connection connection) throws SQLException {
    execute(connection, "rollback to savepoint before_read");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
