package io.vibee.session.jdbc;

import io.vibee.session.SessionNotFoundException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The changes to sessions that are there: flags, heartbeats, deletion. */
final class ChangeSession {
  /**
   * Locked before it is told to be there: one that is being deleted would be unchanged, not gone.
   */
  private static final String SET_ACTIVE =
      """
      with found as materialized (
             select id from @home@.user_sessions where session_id = ? for no key update),
           changed as (
             update @home@.user_sessions s set is_active = ?
               from found where s.id = found.id and s.is_active <> ? returning s.id)
      select (select count(*) from found), (select count(*) from changed)
      """;

  private static final String SET_AUTHORIZED =
      """
      with found as materialized (
             select id from @home@.user_sessions where session_id = ? for no key update),
           changed as (
             update @home@.user_sessions s set is_authorized = ?
               from found where s.id = found.id and s.is_authorized <> ? returning s.id)
      select (select count(*) from found), (select count(*) from changed)
      """;

  /**
   * Locked in one order, as key changes do: two that overlap would deadlock in any other. An array
   * of their ids, since a join to them looks each up by itself.
   */
  private static final String TOUCH =
      """
      update @home@.user_sessions set last_seen_at = now()
       where id = any (array(select id from @home@.user_sessions where session_id = any (?)
                              order by id for no key update skip locked))
       returning session_id
      """;

  /**
   * From here on, weighing each id when the statement is planned costs more than keeping the plan.
   * One that is kept was made for ten ids: of a table as small as that it could read all rows for
   * each, and would go on when the table has grown.
   */
  private static final int MANY = 1_000;

  private static final String DELETE = "delete from @home@.user_sessions where session_id = ?";

  private ChangeSession() {}

  static boolean setActive(Jdbc jdbc, String sessionId, boolean active) {
    return setFlag(jdbc, SET_ACTIVE, sessionId, active);
  }

  static boolean setAuthorized(Jdbc jdbc, String sessionId, boolean authorized) {
    return setFlag(jdbc, SET_AUTHORIZED, sessionId, authorized);
  }

  private static boolean setFlag(Jdbc jdbc, String sql, String sessionId, boolean value) {
    if (!StoredTexts.canExist(sessionId)) throw SessionNotFoundException.ofSession(sessionId);
    return jdbc.write(
        tx -> {
          try (PreparedStatement statement = tx.prepare(sql)) {
            statement.setString(1, sessionId);
            statement.setBoolean(2, value);
            statement.setBoolean(3, value);
            try (ResultSet row = statement.executeQuery()) {
              row.next();
              if (row.getLong(1) == 0) throw SessionNotFoundException.ofSession(sessionId);
              return row.getLong(2) > 0;
            }
          }
        });
  }

  static int touch(Jdbc jdbc, Collection<String> sessionIds) {
    List<String> ids = sessionIds.stream().filter(StoredTexts::canExist).toList();
    return ids.isEmpty() ? 0 : FreeRows.write(jdbc, ids, ChangeSession::touch).size();
  }

  static Set<String> touch(Tx tx, Set<String> ids) throws SQLException {
    try (PreparedStatement statement =
        ids.size() < MANY ? tx.prepare(TOUCH) : tx.prepareOften(TOUCH)) {
      // An array made by the connection asks for its type first.
      statement.setObject(1, ids.toArray(String[]::new));
      return FreeRows.idsOf(statement);
    }
  }

  static boolean delete(Jdbc jdbc, String sessionId) {
    if (!StoredTexts.canExist(sessionId)) return false;
    return jdbc.write(
        tx -> {
          try (PreparedStatement statement = tx.prepare(DELETE)) {
            statement.setString(1, sessionId);
            return statement.executeUpdate() > 0;
          }
        });
  }
}
