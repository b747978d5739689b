package io.vibee.session.jdbc;

import io.vibee.session.Session;
import io.vibee.session.StoredTexts;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.rows.Row;
import io.vibee.session.jdbc.rows.RowKey;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.rows.SessionRows;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Finds one session and reads its hash. */
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
    if (!StoredTexts.canBeStored(id)) return Optional.empty();
    try {
      return find(jdbc, reader, rows, id);
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  /** Isolates the row only when it must, since that takes a subtransaction. */
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

  /** Carries an undecryptable hash out of the transaction that it ended. */
  private static final class UndecryptableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UndecryptableException() {
      super(null, null, false, false);
    }
  }

  private static Optional<Session> read(Tx tx, SessionReader reader, String sql, String id)
      throws SQLException {
    AtomicReference<@Nullable Session> found = new AtomicReference<>();
    tx.queryOften(sql)
        .text(id)
        .first(
            row -> {
              reader.read(Row.of(row), RowKey.joined(row), found::set, FindSession::refuse);
              return row;
            });
    return Optional.ofNullable(found.get());
  }

  private static void refuse(UnreadableSession unreadable) {
    throw new UnreadableSessionException(unreadable);
  }
}
