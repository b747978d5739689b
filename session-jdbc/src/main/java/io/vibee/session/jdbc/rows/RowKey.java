package io.vibee.session.jdbc.rows;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the key that a row names.
 *
 * @param fingerprint null unless the key is outside the database
 * @param missing whether the store knows no key of that version
 * @param rolledBack whether the version was retired, so that the row must be older than it seems
 */
public record RowKey(@Nullable String fingerprint, boolean missing, boolean rolledBack) {
  /** The key of a version that the store does not know. */
  public static final RowKey MISSING = new RowKey(null, true, false);

  /** Reads what a query says of the key that it joined. */
  public static RowKey joined(ResultSet row) throws SQLException {
    return new RowKey(
        row.getString("key_fingerprint"),
        row.getBoolean("key_missing"),
        row.getBoolean("rolled_back"));
  }
}
