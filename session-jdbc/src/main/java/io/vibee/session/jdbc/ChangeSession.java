package io.vibee.session.jdbc;

import io.vibee.session.SessionNotFoundException;
import io.vibee.session.StoredTexts;
import io.vibee.session.jdbc.sql.Jdbc;

/** Sets flags of existing sessions, and deletes sessions. */
final class ChangeSession {
  /**
   * Locks the row before reporting that it exists: one that is being deleted would otherwise count
   * as unchanged instead of gone.
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

  private static final String DELETE = "delete from @home@.user_sessions where session_id = ?";

  private ChangeSession() {}

  static boolean setActive(Jdbc jdbc, String sessionId, boolean active) {
    return setFlag(jdbc, SET_ACTIVE, sessionId, active);
  }

  static boolean setAuthorized(Jdbc jdbc, String sessionId, boolean authorized) {
    return setFlag(jdbc, SET_AUTHORIZED, sessionId, authorized);
  }

  private static boolean setFlag(Jdbc jdbc, String sql, String sessionId, boolean value) {
    if (!StoredTexts.canBeStored(sessionId)) throw SessionNotFoundException.ofSession(sessionId);
    return jdbc.write(
        tx ->
            tx.query(sql)
                .text(sessionId)
                .flag(value)
                .flag(value)
                .one(
                    row -> {
                      if (row.getLong(1) == 0) throw SessionNotFoundException.ofSession(sessionId);
                      return row.getLong(2) > 0;
                    }));
  }

  static boolean delete(Jdbc jdbc, String sessionId) {
    if (!StoredTexts.canBeStored(sessionId)) return false;
    return jdbc.write(tx -> tx.query(DELETE).text(sessionId).update() > 0);
  }
}
