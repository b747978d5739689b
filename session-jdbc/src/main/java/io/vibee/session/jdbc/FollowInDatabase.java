package io.vibee.session.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Moves sessions from one of the database's own keys to another: they do not leave it. */
final class FollowInDatabase implements RotateSessions.Step {
  private static final String FOLLOW =
      "select last_id, tried, moved from session_follow_key(?, ?, ?)";

  @Override
  public RotateSessions.Batch move(Connection connection, long lastId, boolean waits)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FOLLOW)) {
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
