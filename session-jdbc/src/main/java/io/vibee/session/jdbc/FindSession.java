package io.vibee.session.jdbc;

import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSessionException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Finds one session. */
final class FindSession {
  private static final String FROM = " from @home@.user_sessions s" + SessionRows.KEY;
  private static final String BY_USER = FROM + " where s.user_id = ?";
  private static final String BY_ID = FROM + " where s.session_id = ?";

  private FindSession() {}

  static Optional<Session> byUserId(Jdbc jdbc, SessionReader reader, String userId) {
    return of(jdbc, reader, BY_USER, userId);
  }

  static Optional<Session> bySessionId(Jdbc jdbc, SessionReader reader, String sessionId) {
    return of(jdbc, reader, BY_ID, sessionId);
  }

  private static Optional<Session> of(Jdbc jdbc, SessionReader reader, String rows, String id) {
    if (!StoredTexts.canExist(id)) return Optional.empty();
    try {
      return find(jdbc, reader, rows, id);
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  /** Isolated only when it must be: that takes a subtransaction. */
  private static Optional<Session> find(Jdbc jdbc, SessionReader reader, String rows, String id) {
    try {
      return jdbc.read(tx -> inBulk(tx, reader, rows, id));
    } catch (UndecryptableException e) {
      return jdbc.read(tx -> read(tx, reader, SessionRows.ISOLATED + rows, id));
    }
  }

  private static Optional<Session> inBulk(Tx tx, SessionReader reader, String rows, String id)
      throws SQLException {
    try {
      return read(tx, reader, SessionRows.IN_BULK + rows, id);
    } catch (SQLException e) {
      if (SqlErrors.isUndecryptable(e)) throw new UndecryptableException();
      throw e;
    }
  }

  /** It ended the transaction. */
  private static final class UndecryptableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UndecryptableException() {
      super(null, null, false, false);
    }
  }

  private static Optional<Session> read(Tx tx, SessionReader reader, String sql, String id)
      throws SQLException {
    AtomicReference<@Nullable Session> found = new AtomicReference<>();
    try (PreparedStatement statement = tx.prepareOften(sql)) {
      statement.setString(1, id);
      try (ResultSet row = statement.executeQuery()) {
        if (row.next()) reader.read(new ResultSetRow(row), found::set, FindSession::refuse);
      }
    }
    return Optional.ofNullable(found.get());
  }

  private static void refuse(UnreadableSession unreadable) {
    throw new UnreadableSessionException(unreadable);
  }
}
