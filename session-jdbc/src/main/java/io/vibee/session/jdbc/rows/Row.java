package io.vibee.session.jdbc.rows;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** A row of a result set or of a copy, whose columns {@link SessionRows} numbers from 0. */
public interface Row {
  @Nullable String text(int column) throws SQLException;

  /** Returns the text of a column that is never null. */
  default String requiredText(int column) throws SQLException {
    return required(text(column), column);
  }

  /** Returns 0 for null. */
  int integer(int column) throws SQLException;

  /** Returns 0 for null. */
  long bigint(int column) throws SQLException;

  /** Returns false for null. */
  boolean flag(int column) throws SQLException;

  byte @Nullable [] bytes(int column) throws SQLException;

  @Nullable Instant instant(int column) throws SQLException;

  /** Returns the time of a column that is never null. */
  default Instant requiredInstant(int column) throws SQLException {
    return required(instant(column), column);
  }

  private static <T> T required(@Nullable T value, int column) throws SQLException {
    if (value == null) throw new SQLException("column " + column + " is null");
    return value;
  }

  /** Wraps the current row of a result set. */
  static Row of(ResultSet row) {
    return new OfResultSet(row);
  }

  /** A row of a result set, whose columns the driver numbers from 1. */
  record OfResultSet(ResultSet row) implements Row {
    @Override
    public @Nullable String text(int column) throws SQLException {
      return row.getString(column + 1);
    }

    @Override
    public int integer(int column) throws SQLException {
      return row.getInt(column + 1);
    }

    @Override
    public long bigint(int column) throws SQLException {
      return row.getLong(column + 1);
    }

    @Override
    public boolean flag(int column) throws SQLException {
      return row.getBoolean(column + 1);
    }

    @Override
    public byte @Nullable [] bytes(int column) throws SQLException {
      return row.getBytes(column + 1);
    }

    @Override
    public @Nullable Instant instant(int column) throws SQLException {
      @Nullable OffsetDateTime time = row.getObject(column + 1, OffsetDateTime.class);
      return time == null ? null : time.toInstant();
    }
  }
}
