package io.vibee.session.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.AutoSave;

/**
 * One moment of the database, seen by all reads of a transaction, and of others that join it. A
 * read that failed is undone by {@link #again}, and the moment stays the same.
 *
 * <p>All of it is local to the transaction, as poolers need it.
 *
 * @param name what the server calls it, for as long as the transaction lasts that exported it
 * @param place where it is seen: the server, the role and the table
 */
record Snapshot(String name, String place) {
  private static final String BEGIN = "set transaction isolation level repeatable read, read only";

  /** A read that fails within it is undone alone. */
  private static final String SAVE = "savepoint before_read";

  private static final String PLACE =
      """
      concat_ws(' ', pg_postmaster_start_time(), current_user, 'user_sessions'::regclass::oid)
      """;

  /** Not possible within a savepoint. */
  private static final String EXPORT =
      "release savepoint before_read; select pg_export_snapshot(), " + PLACE + "; " + SAVE;

  private static final Pattern NAME = Pattern.compile("[0-9A-Fa-f-]+");

  Snapshot {
    if (!NAME.matcher(name).matches()) throw new IllegalArgumentException("no snapshot's name");
  }

  /** Runs the reads of a transaction, before which there was none. */
  static <T> T of(Connection connection, Jdbc.Work<T> reads) throws SQLException {
    return withoutAutosave(
        connection,
        () -> {
          execute(connection, BEGIN + "; " + SAVE);
          return reads.run(connection);
        });
  }

  /** Lets others join. If it fails, so has the transaction. */
  static Snapshot export(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(EXPORT);
      statement.getMoreResults();
      try (ResultSet row = statement.getResultSet()) {
        row.next();
        return new Snapshot(row.getString(1), row.getString(2));
      }
    }
  }

  /** Runs the reads of another transaction, if it is one of the same place. */
  <T> T join(Connection connection, Jdbc.Work<T> reads) throws SQLException {
    return withoutAutosave(
        connection,
        () -> {
          execute(connection, BEGIN + "; set transaction snapshot '" + name + "'; " + SAVE);
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery("select " + PLACE)) {
            row.next();
            if (!place.equals(row.getString(1))) throw new SQLException("another place");
          }
          return reads.run(connection);
        });
  }

  /** After a read that failed. */
  static void again(Connection connection) throws SQLException {
    execute(connection, "rollback to " + SAVE);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @FunctionalInterface
  private interface Reads<T> {
    T run() throws SQLException;
  }

  /** The driver's own savepoints would come before what must come first. */
  private static <T> T withoutAutosave(Connection connection, Reads<T> reads) throws SQLException {
    if (!connection.isWrapperFor(PGConnection.class)) return reads.run();
    PGConnection driver = connection.unwrap(PGConnection.class);
    AutoSave before = driver.getAutosave();
    driver.setAutosave(AutoSave.NEVER);
    try {
      return reads.run();
    } finally {
      driver.setAutosave(before);
    }
  }
}
