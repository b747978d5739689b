package io.vibee.session.benchmarks.jmh;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.openjdk.jmh.infra.Blackhole;

/** A query with nothing but pgjdbc, its columns in binary from the first execution on. */
abstract class HandWritten implements Way {
  /** Up to this number, reading all rows at once is fastest; more are read through a cursor. */
  private static final int AT_ONCE = 100_000;

  private static final int CURSOR = 10_000;

  private final Connection connection;
  private final String sql;
  private final int fetchSize;

  HandWritten(String jdbcUrl, String sql, int sessions) throws SQLException {
    this.connection = DriverManager.getConnection(jdbcUrl + "&prepareThreshold=-1");
    this.sql = sql;
    this.fetchSize = sessions > AT_ONCE ? CURSOR : 0;
    connection.setAutoCommit(fetchSize == 0); // a cursor needs a transaction
  }

  /** Reads every column as its Java type. */
  abstract void read(ResultSet row, Blackhole sink) throws SQLException;

  @Override
  public final int loadAll(Blackhole sink) throws SQLException {
    int count = 0;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setFetchSize(fetchSize);
      try (ResultSet row = statement.executeQuery()) {
        for (; row.next(); count++) read(row, sink);
      }
    }
    if (fetchSize > 0) connection.commit();
    return count;
  }

  @Override
  public final void close() throws SQLException {
    connection.close();
  }
}
