package io.vibee.session.jdbc.load;

import io.vibee.session.jdbc.sql.Prelude;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/**
 * One moment of the database, seen by all reads of a transaction, and of others that join it. A
 * read that failed is undone by {@link #again}, and the moment stays the same.
 *
 * <p>All of it is local to the transaction, as poolers need it.
 *
 * @param name what the server calls it, for as long as the transaction lasts that exported it
 * @param place where it is seen: the server, the role and the database
 */
record Snapshot(String name, String place) {
  private static final String FIRST =
      "set transaction isolation level repeatable read, read only; ";

  /** A read that fails within it is undone alone. */
  private static final String SAVE = "savepoint before_read";

  /** Begins a transaction whose reads see one moment. */
  static final Prelude BEGIN = new Prelude(FIRST, "; " + SAVE);

  private static final String PLACE =
      "concat_ws(' ', pg_postmaster_start_time(), current_user, current_database())";

  /** Not possible within a savepoint. */
  private static final String EXPORT =
      "release savepoint before_read; select pg_export_snapshot(), " + PLACE + "; " + SAVE;

  private static final Pattern NAME = Pattern.compile("[0-9A-Fa-f-]+");

  Snapshot {
    if (!NAME.matcher(name).matches()) throw new IllegalArgumentException("no snapshot's name");
  }

  /** Lets others join. If it fails, so has the transaction. */
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

  /** Begins another transaction that sees the same moment. */
  Prelude join() {
    return new Prelude(FIRST + "set transaction snapshot '" + name + "'; ", "; " + SAVE);
  }

  /** Makes sure that one that joined did so in the same place. */
  void requirePlace(Tx tx) throws SQLException {
    String joined = tx.query("select " + PLACE).one(row -> row.getString(1));
    if (!place.equals(joined)) throw new SQLException("the second connection is to another server");
  }

  /** After a read that failed. */
  static void again(Tx tx) throws SQLException {
    try (Statement statement = tx.connection().createStatement()) {
      statement.execute("rollback to " + SAVE);
    }
  }
}
