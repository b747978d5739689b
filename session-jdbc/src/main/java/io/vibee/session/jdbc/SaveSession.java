package io.vibee.session.jdbc;

import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionConflictException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Adds a user's session, or updates it. */
final class SaveSession {
  private static final String UPSERT =
      """
      insert into user_sessions as s (user_id, session_id, api_id, api_hash_encrypted, username,
          phone, is_active, is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats)
        values (?, ?, ?,
          session_hash_encrypt((?::text[])[1], (select master_key from encryption_keys where id = 1)),
          ?, ?, ?, ?, ?, ?, ?::jsonb)
        on conflict (user_id) do update set
          session_id = excluded.session_id,
          api_id = excluded.api_id,
          api_hash_encrypted = excluded.api_hash_encrypted,
          username = excluded.username,
          phone = excluded.phone,
          is_active = excluded.is_active,
          is_authorized = excluded.is_authorized,
          digital_twin_enabled = excluded.digital_twin_enabled,
          auto_reply_enabled = excluded.auto_reply_enabled,
          target_chats = excluded.target_chats
        returning s.last_seen_at, s.created_at, s.updated_at, s.revision, s.key_version,
          s.target_chats, s.xmax = 0 as created
      """;

  private static final String OTHER_OWNER =
      "select 1 from user_sessions where session_id = ? and user_id <> ?";

  private static final String UNIQUE_VIOLATION = "23505";

  private static final int ATTEMPTS = 5;

  private SaveSession() {}

  static SaveResult save(Jdbc jdbc, Session session) {
    return jdbc.statement(
        connection -> {
          for (int attempt = 1; ; attempt++) {
            try {
              return upsert(connection, session);
            } catch (SQLException e) {
              if (!UNIQUE_VIOLATION.equals(e.getSQLState())) throw SqlErrors.invalidValue(e);
              if (isOfAnotherUser(connection, session)) {
                throw new SessionConflictException(session.sessionId());
              }
              // Another process added this very session in the same moment: now it is an update.
              if (attempt == ATTEMPTS) throw e;
            }
          }
        });
  }

  private static boolean isOfAnotherUser(Connection connection, Session session)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OTHER_OWNER)) {
      statement.setString(1, session.sessionId());
      statement.setString(2, session.userId());
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private static SaveResult upsert(Connection connection, Session session) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      statement.setString(1, session.userId());
      statement.setString(2, session.sessionId());
      statement.setInt(3, session.apiId());
      // As an array: the driver sends those in binary, and shows "?" for binary values in its trace
      // log and in PreparedStatement.toString(), where it would show a text.
      statement.setObject(4, new String[] {session.apiHash().exposeSecret()});
      statement.setString(5, session.username());
      statement.setString(6, session.phone());
      statement.setBoolean(7, session.active());
      statement.setBoolean(8, session.authorized());
      statement.setBoolean(9, session.digitalTwinEnabled());
      statement.setBoolean(10, session.autoReplyEnabled());
      statement.setString(11, JsonText.writeChats(session.targetChats()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return stored(session, row);
      }
    }
  }

  private static SaveResult stored(Session session, ResultSet row) throws SQLException {
    Session stored =
        session.toBuilder()
            .targetChats(JsonText.readChats(row.getString("target_chats")))
            .lastSeenAt(SessionRows.optionalInstant(row, "last_seen_at"))
            .stored(
                SessionRows.instant(row, "created_at"),
                SessionRows.instant(row, "updated_at"),
                row.getLong("revision"),
                row.getInt("key_version"))
            .build();
    return new SaveResult(stored, row.getBoolean("created"));
  }
}
