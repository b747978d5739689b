package io.vibee.session.jdbc;

import io.vibee.session.SaveResult;
import io.vibee.session.Session;
import io.vibee.session.SessionConflictException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Adds a user's session, or updates it. */
final class SaveSession {
  private static final String REPLACE =
      """
        on conflict (user_id) do update set
          session_id = excluded.session_id,
          api_id = excluded.api_id,
          username = excluded.username,
          phone = excluded.phone,
          is_active = excluded.is_active,
          is_authorized = excluded.is_authorized,
          digital_twin_enabled = excluded.digital_twin_enabled,
          auto_reply_enabled = excluded.auto_reply_enabled,
          target_chats = excluded.target_chats,
          api_hash_encrypted = excluded.api_hash_encrypted
      """;

  private static final String RETURNING =
      """
        returning s.last_seen_at, s.created_at, s.updated_at, s.revision, s.key_version,
          s.target_chats, s.xmax = 0 as created
      """;

  private static final String UPSERT =
      """
      insert into user_sessions as s (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats, api_hash_encrypted)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb,
          session_hash_encrypt((?::text[])[1], (select master_key from encryption_keys where id = 1)))
      """
          + REPLACE
          + RETURNING;

  /** The same with a hash that was sealed here; replaces a row only where one was expected. */
  private static final String UPSERT_SEALED =
      """
      insert into user_sessions as s (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats, api_hash_encrypted,
          key_version)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)
      """
          + REPLACE
          + ", key_version = excluded.key_version where ?"
          + RETURNING;

  /** Everything but the hash. */
  private static final String UPDATE =
      """
      update user_sessions s set (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats)
          = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)
        where s.user_id = ?
        returning s.last_seen_at, s.created_at, s.updated_at, s.revision, s.key_version,
          s.target_chats, false as created
      """;

  private static final String OTHER_OWNER =
      "select 1 from user_sessions where session_id = ? and user_id <> ?";

  private static final String UNIQUE_VIOLATION = "23505";

  private static final int ATTEMPTS = 5;

  private SaveSession() {}

  static SaveResult save(Jdbc jdbc, SessionReader reader, Session session) {
    for (int attempt = 1; ; attempt++) {
      try {
        Jdbc.Work<SaveResult> work = connection -> write(connection, reader, session);
        // Only what this process encrypts takes more than one statement.
        return reader.sealer() == null ? jdbc.statement(work) : jdbc.repeatable(work);
      } catch (SessionIdTaken taken) {
        if (jdbc.statement(connection -> isOfAnotherUser(connection, session))) {
          throw new SessionConflictException(session.sessionId());
        }
        // Another process added this very session in the same moment: now it is an update.
        if (attempt == ATTEMPTS) throw SqlErrors.translate(taken.error);
      } finally {
        reader.reportTampering(jdbc);
      }
    }
  }

  private static final class SessionIdTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SQLException error;

    SessionIdTaken(SQLException error) {
      super(null, null, false, false);
      this.error = error;
    }
  }

  private static SaveResult write(Connection connection, SessionReader reader, Session session)
      throws SQLException {
    try {
      @Nullable HashSealer sealer = reader.sealer();
      HashToSave hash =
          sealer == null
              ? HashToSave.BY_DATABASE
              : HashToSave.of(connection, reader, sealer, session);
      return write(connection, session, hash);
    } catch (SQLException e) {
      String state = SqlErrors.state(e);
      if (state.equals(UNIQUE_VIOLATION)) throw new SessionIdTaken(e);
      if (!state.equals(SqlErrors.KEY_OUTSIDE)) throw SqlErrors.invalidValue(e);
      // The key was taken out of the database meanwhile: with it, try again.
      if (reader.sealer() != null) throw new SQLException("the key was changed", "40001");
      CurrentKey.read(connection).requireHeld(null);
      throw e;
    }
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

  private static SaveResult write(Connection connection, Session session, HashToSave hash)
      throws SQLException {
    String sql = hash.kept() ? UPDATE : hash.sealed() != null ? UPSERT_SEALED : UPSERT;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, session.userId());
      statement.setString(2, session.sessionId());
      statement.setInt(3, session.apiId());
      statement.setString(4, session.username());
      statement.setString(5, session.phone());
      statement.setBoolean(6, session.active());
      statement.setBoolean(7, session.authorized());
      statement.setBoolean(8, session.digitalTwinEnabled());
      statement.setBoolean(9, session.autoReplyEnabled());
      statement.setString(10, JsonText.writeChats(session.targetChats()));
      if (hash.kept()) {
        statement.setString(11, session.userId());
      } else if (hash.sealed() != null) {
        statement.setBytes(11, hash.sealed());
        statement.setInt(12, hash.keyVersion());
        statement.setBoolean(13, hash.mayReplace());
      } else {
        // As an array: the driver sends those in binary, and shows "?" for binary values in its
        // trace log and in PreparedStatement.toString(), where it would show a text.
        statement.setObject(11, new String[] {session.apiHash().exposeSecret()});
      }
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) throw new SQLException("the session was added meanwhile", "40001");
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
