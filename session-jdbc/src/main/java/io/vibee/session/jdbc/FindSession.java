package io.vibee.session.jdbc;

import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSessionException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Finds one session. */
final class FindSession {
  private static final String FROM = " from user_sessions s" + SessionRows.KEY;
  private static final String BY_USER = FROM + " where s.user_id = ?";
  private static final String BY_ID = FROM + " where s.session_id = ?";

  private FindSession() {}

  static Optional<Session> byUserId(Jdbc jdbc, SessionReader reader, String userId) {
    return find(jdbc, reader, BY_USER, userId);
  }

  static Optional<Session> bySessionId(Jdbc jdbc, SessionReader reader, String sessionId) {
    return find(jdbc, reader, BY_ID, sessionId);
  }

  private static Optional<Session> find(Jdbc jdbc, SessionReader reader, String rows, String id) {
    if (!StoredTexts.canExist(id)) return Optional.empty();
    Jdbc anybody = jdbc.actingAsNobody();
    try {
      return anybody.statement(connection -> find(anybody, connection, reader, rows, id));
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  /** Isolated only when it must be: that takes a subtransaction. */
  private static Optional<Session> find(
      Jdbc jdbc, Connection connection, SessionReader reader, String rows, String id)
      throws SQLException {
    try {
      return read(jdbc, connection, reader, SessionRows.IN_BULK + rows, id);
    } catch (SQLException e) {
      if (!SqlErrors.isUndecryptable(e)) throw e;
      return read(jdbc, connection, reader, SessionRows.ISOLATED + rows, id);
    }
  }

  private static Optional<Session> read(
      Jdbc jdbc, Connection connection, SessionReader reader, String sql, String id)
      throws SQLException {
    AtomicReference<@Nullable Session> found = new AtomicReference<>();
    try (PreparedStatement statement = jdbc.prepareOften(connection, sql)) {
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
