package io.vibee.session.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A transaction that {@link Prelude} began. SQL names our tables and functions {@code @home@.x}.
 *
 * @param home where they are
 */
public record Tx(Connection connection, SessionSchema home, NamedStatements named) {
  public Query query(String sql) {
    return new Query(connection, () -> prepare(sql));
  }

  /** For a statement that runs again and again, to be planned once where that is possible. */
  public Query queryOften(String sql) {
    return new Query(connection, () -> named.prepare(connection, home.sql(sql)));
  }

  /** For what a {@link Query} cannot say, such as how many rows to fetch at a time. */
  public PreparedStatement prepare(String sql) throws SQLException {
    return connection.prepareStatement(home.sql(sql));
  }
}
