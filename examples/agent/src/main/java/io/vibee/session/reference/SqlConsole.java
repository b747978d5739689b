package io.vibee.session.reference;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.StringJoiner;
import javax.sql.DataSource;

/** Runs SQL and prints rows, as psql would. */
record SqlConsole(DataSource dataSource, PrintStream out) {

  void update(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      int rows = statement.executeUpdate(sql);
      out.println(
          "   " + sql.strip().split("\\s", 2)[0] + ": " + rows + (rows == 1 ? " row" : " rows"));
    }
  }

  /** Returns the result of a query for one boolean. */
  boolean isTrue(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }

  void query(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      ResultSetMetaData columns = row.getMetaData();
      while (row.next()) {
        StringJoiner line = new StringJoiner("  ", "   ", "");
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          line.add(columns.getColumnLabel(i) + "=" + row.getString(i));
        }
        out.println(line);
      }
    }
  }
}
