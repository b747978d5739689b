package io.vibee.session.jdbc;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoreUnavailableException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes a user's row, and tells who has its session id if it cannot. */
final class WriteSession {
  private static final String RETURNING = " returning " + SummaryRows.COLUMNS;

  private static final String INSERT =
      """
      insert into @home@.user_sessions as s (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats, api_hash_encrypted%s)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?::jsonb, '[]'), %s)
      """
          + RETURNING;

  /** Apart from an insert, which takes a number for the row even where it then updates one. */
  private static final String UPDATE =
      """
      update @home@.user_sessions s set (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats)
          = (?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?::jsonb, s.target_chats))%s
        where s.user_id = ?
      """
          + RETURNING;

  private static final String ENCRYPTED =
      """
      @home@.session_hash_encrypt((?::text[])[1],
            (select master_key::text from @home@.encryption_keys where id = 1))""";

  private static final String INSERT_CLEAR = INSERT.formatted("", ENCRYPTED);
  private static final String INSERT_SEALED = INSERT.formatted(", key_version", "?, ?");
  private static final String UPDATE_CLEAR =
      UPDATE.formatted(", api_hash_encrypted = " + ENCRYPTED);
  private static final String UPDATE_SEALED =
      UPDATE.formatted(", api_hash_encrypted = ?, key_version = ?");

  /** Everything but the hash. */
  private static final String UPDATE_KEEPING = UPDATE.formatted("");

  private static final String OTHER_OWNER =
      "select 1 from @home@.user_sessions where session_id = ? and user_id <> ?";

  private static final String UNIQUE_VIOLATION = "23505";

  private static final int ATTEMPTS = 5;

  private static final Secret ANY_HASH = Secret.of("none");

  private WriteSession() {}

  /** A row as it was written. */
  record Written(SessionSummary session, boolean created) {}

  static Written write(Tx tx, SessionReader reader, ColumnValues values, HashToSave hash)
      throws SQLException {
    try {
      return write(tx, values, hash);
    } catch (SQLException e) {
      String state = SqlErrors.state(e);
      if (SqlErrors.isSequenceBehind(e)) throw e;
      if (state.equals(SqlErrors.UNTRANSLATABLE)) throw new EncodingGap(values, hash);
      if (state.equals(UNIQUE_VIOLATION)) throw new SessionIdTaken(values, e);
      if (!state.equals(SqlErrors.KEY_OUTSIDE)) throw SqlErrors.invalidValue(e);
      // The key was taken out of the database meanwhile: with it, try again.
      if (reader.sealer() != null) throw new SQLException("the key was changed", "40001");
      throw new KeyOutside(e);
    }
  }

  private static Written write(Tx tx, ColumnValues values, HashToSave hash) throws SQLException {
    @Nullable SessionSummary updated = hash.mayReplace() ? update(tx, values, hash) : null;
    if (updated != null) return new Written(updated, false);
    if (hash.kept()) throw new SQLException("the row is locked, and gone");
    String sql = hash.sealed() != null ? INSERT_SEALED : INSERT_CLEAR;
    try (PreparedStatement statement = tx.prepare(sql)) {
      values.bind(statement);
      bind(statement, hash);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Written(written(row, values), true);
      }
    }
  }

  private static @Nullable SessionSummary update(Tx tx, ColumnValues values, HashToSave hash)
      throws SQLException {
    String sql =
        hash.kept() ? UPDATE_KEEPING : hash.sealed() != null ? UPDATE_SEALED : UPDATE_CLEAR;
    try (PreparedStatement statement = tx.prepare(sql)) {
      values.bind(statement);
      int next = bind(statement, hash);
      statement.setString(next, values.userId());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? written(row, values) : null;
      }
    }
  }

  /** As it is stored; refused, and so undone, where it would not be read back as it came. */
  private static SessionSummary written(ResultSet row, ColumnValues values) throws SQLException {
    SessionSummary summary = SummaryRows.summary(row);
    if (values.targetChats() != null) {
      // PostgreSQL writes a number of JSON with all its digits.
      requireSession(values, TargetChats.read(row.getString("target_chats")));
    }
    return summary;
  }

  private static void requireSession(ColumnValues values, List<String> targetChats) {
    Session.builder(values.userId(), values.sessionId(), values.apiId(), ANY_HASH)
        .targetChats(targetChats)
        .build();
  }

  /** Binds the hash behind the values, and returns the number of the next parameter. */
  private static int bind(PreparedStatement statement, HashToSave hash) throws SQLException {
    int next = ColumnValues.COUNT + 1;
    if (hash.sealed() != null) {
      statement.setBytes(next++, hash.sealed());
      statement.setInt(next++, hash.keyVersion());
    } else if (hash.clear() != null) {
      // As an array: the driver sends those in binary, and shows "?" for binary values in its
      // trace log and in PreparedStatement.toString(), where it would show a text.
      statement.setObject(next++, hash.clear());
    }
    return next;
  }

  /** Runs work that writes a user's row; again where two first writes of one session met. */
  static <T> T withoutConflict(Jdbc jdbc, SessionReader reader, String userId, Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (SessionIdTaken taken) {
        if (jdbc.read(tx -> isOfAnotherUser(tx, taken.values))) {
          throw new SessionConflictException(taken.values.sessionId());
        }
        // Another process added this very session in the same moment: now it is an update.
        if (attempt == ATTEMPTS) throw SqlErrors.translate(taken.error);
      } catch (EncodingGap gap) {
        throw gap.explained(jdbc);
      } catch (StoreUnavailableException e) {
        // Before the row is written, it is looked for by its user alone.
        if (e.sqlState().equals(SqlErrors.UNTRANSLATABLE)) throw EncodingGap.of(jdbc, "userId");
        throw e;
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
