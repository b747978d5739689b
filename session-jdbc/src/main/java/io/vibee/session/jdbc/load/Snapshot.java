package io.vibee.session.jdbc.load;

import io.vibee.session.jdbc.sql.Prelude;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/**
 * One moment of the database, seen by all reads of a transaction and of others that join it. {@link
 * #undoRead} undoes a read that failed, without losing the moment.
 *
 * <p>Everything is local to the transaction, as poolers need it.
 *
 * @param name the server's name for it, valid as long as the transaction that exported it lasts
 * @param place the server, role and database that see it
 */
record Snapshot(String name, String place) {
  private static final String FIRST =
      "set transaction isolation level repeatable read, read only; ";

  /** Lets a failed read be undone without the rest of the transaction. */
  private static final String SAVE = "savepoint before_read";

  /** Begins a transaction whose reads all see one moment. */
  static final Prelude BEGIN = new Prelude(FIRST, "; " + SAVE);

  private static final String PLACE =
      "concat_ws(' ', pg_postmaster_start_time(), current_user, current_database())";

  /** Releases the savepoint, within which an export is not possible. */
  private static final String EXPORT =
      "release savepoint before_read; select pg_export_snapshot(), " + PLACE + "; " + SAVE;

  private static final Pattern NAME = Pattern.compile("[0-9A-Fa-f-]+");

  Snapshot {
    if (!NAME.matcher(name).matches()) throw new IllegalArgumentException("no snapshot's name");
  }

  /** Exports the snapshot so that others can join. If that fails, so does the transaction. */
  static Snapshot export(Tx tx) throws SQLException {
    try (Statement statement = tx.connection().createStatement()) {
      statement.execute(EXPORT);
      statement.getMoreResults();
      try (ResultSet row = statement.getResultSet()) {
        row.next();
        return new Snapshot(row.getString(1), row.getString(2));
      }
    }
  }

  /** Returns the start of another transaction that sees the same moment. */
  Prelude join() {
    return new Prelude(FIRST + "set transaction snapshot '" + name + "'; ", "; " + SAVE);
  }

  /** Makes sure that a transaction that joined is in the same place. */
  void requirePlace(Tx tx) throws SQLException {
    String joined = tx.query("select " + PLACE).one(row -> row.getString(1));
    if (!place.equals(joined)) throw new SQLException("the second connection is to another server");
  }

  /** Undoes a read that failed, so that the transaction can go on. */
  static void undoRead(Tx tx) throws SQLException {
    try (Statement statement = tx.connection().createStatement()) {
      statement.execute("rollback to " + SAVE);
    }
  }
}
