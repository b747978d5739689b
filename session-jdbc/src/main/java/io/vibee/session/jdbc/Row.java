package io.vibee.session.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row whose columns {@link SessionRows} numbers, from 0; in a result set or in a copy. */
interface Row {
  @Nullable String text(int column) throws SQLException;

  /** Of a column that is never null. */
  default String requiredText(int column) throws SQLException {
    return required(text(column), column);
  }

  /** 0 for null. */
  int integer(int column) throws SQLException;

  /** 0 for null. */
  long bigint(int column) throws SQLException;

  /** False for null. */
  boolean flag(int column) throws SQLException;

  byte @Nullable [] bytes(int column) throws SQLException;

  @Nullable Instant instant(int column) throws SQLException;

  /** Of a column that is never null. */
  default Instant requiredInstant(int column) throws SQLException {
    return required(instant(column), column);
  }

  private static <T> T required(@Nullable T value, int column) throws SQLException {
    if (value == null) throw new SQLException("column " + column + " is null");
    return value;
  }
}
