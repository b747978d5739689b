package io.vibee.session.jdbc;

import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionSummary;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes a user's row, and tells who has its session id if it cannot. */
final class WriteSession {
  /** Replaces a row only where one was expected. */
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
          target_chats = case when ? then s.target_chats else excluded.target_chats end,
          api_hash_encrypted = excluded.api_hash_encrypted
      """;

  private static final String RETURNING =
      " where ? returning s.xmax = 0 as created, " + SummaryRows.COLUMNS;

  private static final String UPSERT =
      """
      insert into @home@.user_sessions as s (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats, api_hash_encrypted)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?::jsonb, '[]'),
          @home@.session_hash_encrypt((?::text[])[1], (select master_key::text from @home@.encryption_keys where id = 1)))
      """
          + REPLACE
          + RETURNING;

  /** The same with a hash that was sealed here. */
  private static final String UPSERT_SEALED =
      """
      insert into @home@.user_sessions as s (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats, api_hash_encrypted,
          key_version)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?::jsonb, '[]'), ?, ?)
      """
          + REPLACE
          + ", key_version = excluded.key_version"
          + RETURNING;

  /** Everything but the hash. */
  private static final String UPDATE =
      """
      update @home@.user_sessions s set (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats)
          = (?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?::jsonb, s.target_chats))
        where s.user_id = ?
        returning false as created,
      """
          + SummaryRows.COLUMNS;

  private static final String OTHER_OWNER =
      "select 1 from @home@.user_sessions where session_id = ? and user_id <> ?";

  private static final String UNIQUE_VIOLATION = "23505";

  private static final int ATTEMPTS = 5;

  private WriteSession() {}

  /** A row as it was written. */
  record Written(SessionSummary session, boolean created) {}

  static Written write(Tx tx, SessionReader reader, ColumnValues values, HashToSave hash)
      throws SQLException {
    try {
      return write(tx, values, hash);
    } catch (SQLException e) {
      String state = SqlErrors.state(e);
      if (state.equals(UNIQUE_VIOLATION)) throw new SessionIdTaken(values, e);
      if (!state.equals(SqlErrors.KEY_OUTSIDE)) throw SqlErrors.invalidValue(e);
      // The key was taken out of the database meanwhile: with it, try again.
      if (reader.sealer() != null) throw new SQLException("the key was changed", "40001");
      throw new KeyOutside(e);
    }
  }

  private static Written write(Tx tx, ColumnValues values, HashToSave hash) throws SQLException {
    byte @Nullable [] sealed = hash.sealed();
    String @Nullable [] clear = hash.clear();
    String sql = sealed != null ? UPSERT_SEALED : clear != null ? UPSERT : UPDATE;
    try (PreparedStatement statement = tx.prepare(sql)) {
      values.bind(statement);
      int next = ColumnValues.COUNT + 1;
      if (sealed != null) {
        statement.setBytes(next++, sealed);
        statement.setInt(next++, hash.keyVersion());
        statement.setBoolean(next++, values.targetChats() == null);
        statement.setBoolean(next, hash.mayReplace());
      } else if (clear != null) {
        // As an array: the driver sends those in binary, and shows "?" for binary values in its
        // trace log and in PreparedStatement.toString(), where it would show a text.
        statement.setObject(next++, clear);
        statement.setBoolean(next++, values.targetChats() == null);
        statement.setBoolean(next, hash.mayReplace());
      } else {
        statement.setString(next, values.userId());
      }
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) throw new SQLException("the session was added meanwhile", "40001");
        return new Written(SummaryRows.summary(row), row.getBoolean("created"));
      }
    }
  }

  /** Runs work that writes a row; again where two first writes of one session met. */
  static <T> T withoutConflict(Jdbc jdbc, SessionReader reader, Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (SessionIdTaken taken) {
        if (jdbc.read(tx -> isOfAnotherUser(tx, taken.values))) {
          throw new SessionConflictException(taken.values.sessionId());
        }
        // Another process added this very session in the same moment: now it is an update.
        if (attempt == ATTEMPTS) throw SqlErrors.translate(taken.error);
      } catch (KeyOutside outside) {
        // The transaction is over: now it can be told which key that is.
        jdbc.read(tx -> CurrentKey.read(tx).requireHeld(null));
        throw SqlErrors.translate(outside.error);
      } finally {
        reader.reportTampering(jdbc);
      }
    }
  }

  private static final class SessionIdTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient ColumnValues values;
    private final transient SQLException error;

    SessionIdTaken(ColumnValues values, SQLException error) {
      super(null, null, false, false);
      this.values = values;
      this.error = error;
    }
  }

  private static final class KeyOutside extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SQLException error;

    KeyOutside(SQLException error) {
      super(null, null, false, false);
      this.error = error;
    }
  }

  private static boolean isOfAnotherUser(Tx tx, ColumnValues values) throws SQLException {
    try (PreparedStatement statement = tx.prepare(OTHER_OWNER)) {
      statement.setString(1, values.sessionId());
      statement.setString(2, values.userId());
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }
}
