package io.vibee.session.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Moves sessions from one of the database's own keys to another: they do not leave it. */
final class FollowInDatabase implements RotateSessions.Step {
  private static final String FOLLOW =
      "select last_id, tried, moved from @home@.session_follow_key(?::bigint, ?::integer, ?::boolean)";

  @Override
  public RotateSessions.Batch move(Tx tx, long lastId, boolean waits) throws SQLException {
    try (PreparedStatement statement = tx.prepare(FOLLOW)) {
      statement.setLong(1, lastId);
      statement.setInt(2, RotateSessions.BATCH);
      statement.setBoolean(3, !waits);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        int tried = row.getInt(2);
        int moved = row.getInt(3);
        return new RotateSessions.Batch(row.getLong(1), tried, moved, tried - moved);
      }
    }
  }
}
