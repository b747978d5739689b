package io.vibee.session.jdbc;

import io.vibee.session.Session;
import io.vibee.session.SessionSummary;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What callers choose of a row, its hash apart.
 *
 * @param targetChats null for what is stored: the column may hold JSON that texts cannot tell apart
 */
record ColumnValues(
    String userId,
    String sessionId,
    int apiId,
    @Nullable String username,
    @Nullable String phone,
    boolean active,
    boolean authorized,
    boolean digitalTwinEnabled,
    boolean autoReplyEnabled,
    @Nullable List<String> targetChats) {

  /** How many parameters {@link #bind} sets. */
  static final int COUNT = 10;

  static ColumnValues of(Session session) {
    return new ColumnValues(
        session.userId(),
        session.sessionId(),
        session.apiId(),
        session.username(),
        session.phone(),
        session.active(),
        session.authorized(),
        session.digitalTwinEnabled(),
        session.autoReplyEnabled(),
        session.targetChats());
  }

  static ColumnValues of(SessionSummary session, boolean keepsChats) {
    return new ColumnValues(
        session.userId(),
        session.sessionId(),
        session.apiId(),
        session.username(),
        session.phone(),
        session.active(),
        session.authorized(),
        session.digitalTwinEnabled(),
        session.autoReplyEnabled(),
        keepsChats ? null : session.targetChats());
  }

  /** What a hash in this row is sealed to. */
  SealedRow sealedAt(int keyVersion) {
    return new SealedRow(userId, sessionId, apiId, keyVersion);
  }

  void bind(PreparedStatement statement) throws SQLException {
    statement.setString(1, userId);
    statement.setString(2, sessionId);
    statement.setInt(3, apiId);
    statement.setString(4, username);
    statement.setString(5, phone);
    statement.setBoolean(6, active);
    statement.setBoolean(7, authorized);
    statement.setBoolean(8, digitalTwinEnabled);
    statement.setBoolean(9, autoReplyEnabled);
    statement.setString(10, targetChats == null ? null : JsonText.writeChats(targetChats));
  }
}
