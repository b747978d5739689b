package io.vibee.session.jdbc.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A transaction that {@link Prelude} began. In SQL, {@code @home@} stands for the schema of our
 * tables and functions.
 *
 * @param home that schema
 */
public record Tx(Connection connection, SessionSchema home, NamedStatements named) {
  /** Begins a statement; nothing is sent until the query is run. */
  public Query query(String sql) {
    return new Query(connection, () -> prepare(sql));
  }

  /** Begins a statement that runs again and again, so that the server plans it once if possible. */
  public Query queryOften(String sql) {
    return new Query(connection, () -> named.prepare(connection, home.sql(sql)));
  }

  /** Prepares a statement for what a {@link Query} cannot express, such as a fetch size. */
  public PreparedStatement prepare(String sql) throws SQLException {
    return connection.prepareStatement(home.sql(sql));
  }
}
