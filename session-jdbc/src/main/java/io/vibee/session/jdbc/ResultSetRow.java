package io.vibee.session.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The row that a result set stands on. */
record ResultSetRow(ResultSet row) implements Row {
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
