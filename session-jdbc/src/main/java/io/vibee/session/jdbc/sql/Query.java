package io.vibee.session.jdbc.sql;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement and its parameters, each bound by the method named after its type, in order. The
 * statement is prepared, run and closed by the method that ends the chain, such as {@link #list}.
 */
public final class Query {
  @FunctionalInterface
  private interface Parameter {
    void bind(PreparedStatement statement, int place) throws SQLException;
  }

  /** Turns the current row of a result set into a value. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Takes what it needs of the row that a result set is on. */
  @FunctionalInterface
  public interface RowVisitor {
    void visit(ResultSet row) throws SQLException;
  }

  @FunctionalInterface
  interface Preparer {
    PreparedStatement prepare() throws SQLException;
  }

  private final Connection connection;
  private final Preparer preparer;
  private final List<Parameter> parameters = new ArrayList<>();

  Query(Connection connection, Preparer preparer) {
    this.connection = connection;
    this.preparer = preparer;
  }

  public Query text(@Nullable String value) {
    return with((statement, place) -> statement.setString(place, value));
  }

  public Query integer(int value) {
    return with((statement, place) -> statement.setInt(place, value));
  }

  public Query bigint(long value) {
    return with((statement, place) -> statement.setLong(place, value));
  }

  public Query numeric(BigDecimal value) {
    return with((statement, place) -> statement.setBigDecimal(place, value));
  }

  public Query flag(boolean value) {
    return with((statement, place) -> statement.setBoolean(place, value));
  }

  public Query time(OffsetDateTime value) {
    return with((statement, place) -> statement.setObject(place, value));
  }

  public Query bytes(byte[] value) {
    return with((statement, place) -> statement.setBytes(place, value));
  }

  /**
   * Binds a Java array without nulls, as the array type that the driver maps it to. Unlike {@link
   * Connection#createArrayOf}, this does not ask the server for the type first.
   */
  public Query array(Object value) {
    return with((statement, place) -> statement.setObject(place, value));
  }

  /** Binds an array of a PostgreSQL type; it may contain nulls. */
  public Query array(String type, @Nullable Object[] values) {
    return with(
        (statement, place) -> statement.setArray(place, connection.createArrayOf(type, values)));
  }

  /**
   * Binds secrets as an array: the driver sends those in binary, and shows "?" for binary values in
   * its trace log and in {@code PreparedStatement.toString()}, where it would show a text.
   */
  public Query secrets(@Nullable String... values) {
    return with((statement, place) -> statement.setObject(place, values));
  }

  private Query with(Parameter parameter) {
    parameters.add(parameter);
    return this;
  }

  /** Runs the statement and returns how many rows it changed. */
  public int update() throws SQLException {
    try (PreparedStatement statement = bound()) {
      return statement.executeUpdate();
    }
  }

  /** Runs the statement and ignores what it returns. */
  public void execute() throws SQLException {
    try (PreparedStatement statement = bound()) {
      statement.execute();
    }
  }

  /** Reads the first row; null if there is none. */
  public <T> @Nullable T first(RowReader<T> reader) throws SQLException {
    try (PreparedStatement statement = bound();
        ResultSet row = statement.executeQuery()) {
      return row.next() ? reader.read(row) : null;
    }
  }

  /** Reads the row of a query that always returns one, such as a count. */
  public <T> T one(RowReader<T> reader) throws SQLException {
    @Nullable T value = first(reader);
    if (value == null) throw new SQLException("a query that always gives a row gave none");
    return value;
  }

  /** Whether the query returns a row. */
  public boolean exists() throws SQLException {
    return first(row -> true) != null;
  }

  /** Reads all rows into an unmodifiable list. */
  public <T> List<T> list(RowReader<T> reader) throws SQLException {
    try (PreparedStatement statement = bound();
        ResultSet row = statement.executeQuery()) {
      List<T> values = new ArrayList<>();
      while (row.next()) values.add(reader.read(row));
      return Collections.unmodifiableList(values);
    }
  }

  /** Visits all rows. */
  public void forEach(RowVisitor visitor) throws SQLException {
    try (PreparedStatement statement = bound();
        ResultSet row = statement.executeQuery()) {
      while (row.next()) visitor.visit(row);
    }
  }

  private PreparedStatement bound() throws SQLException {
    PreparedStatement statement = preparer.prepare();
    try {
      int place = 1;
      for (Parameter parameter : parameters) parameter.bind(statement, place++);
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }
}
