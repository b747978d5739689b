package io.vibee.session.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A transaction that {@link Prelude} began. SQL names our tables and functions {@code @home@.x}.
 *
 * @param home where they are
 */
record Tx(Connection connection, SessionSchema home, NamedStatements named) {
  PreparedStatement prepare(String sql) throws SQLException {
    return connection.prepareStatement(home.sql(sql));
  }

  /** For a statement that runs again and again, to be planned once where that is possible. */
  PreparedStatement prepareOften(String sql) throws SQLException {
    return named.prepare(connection, home.sql(sql));
  }
}
