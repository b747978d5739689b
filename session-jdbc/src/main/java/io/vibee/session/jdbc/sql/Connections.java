package io.vibee.session.jdbc.sql;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * Supplies connections, from the caller's data source or a pool of our own. Both explain by
 * themselves why they have none.
 */
@FunctionalInterface
public interface Connections {

  /** Takes a connection, which the caller closes. */
  Connection connect() throws SQLException;

  /**
   * Returns the same without a connection that is in use, however it is wrapped; they fail where
   * there is no other.
   */
  default Connections otherThan(Connection inUse) throws SQLException {
    Object taken = physical(inUse);
    return () -> {
      Connection connection = connect();
      boolean other = false;
      try {
        other = physical(connection) != taken;
      } finally {
        // A pool may lend the same connection under another handle, which must go back.
        // Where all share one object, whoever uses it closes it.
        if (!other && connection != inUse) connection.close();
      }
      if (!other) throw new SQLException("no other connection");
      return connection;
    };
  }

  private static Object physical(Connection connection) throws SQLException {
    return connection.isWrapperFor(PGConnection.class)
        ? connection.unwrap(PGConnection.class)
        : connection;
  }
}
