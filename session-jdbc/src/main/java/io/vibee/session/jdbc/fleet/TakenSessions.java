package io.vibee.session.jdbc.fleet;

import io.vibee.session.SessionHolding;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists sessions that nobody may start who takes no part in the fleet. Most databases have no
 * fleet, and their agents no rights on its tables: so its version is not asked for.
 */
final class TakenSessions {
  /** Whether there is a fleet: the function, made by whoever made the tables and nobody else. */
  private static final String IS_THERE =
      """
      select exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                       join pg_class c on c.relnamespace = n.oid and c.relname = 'user_sessions' and c.relowner = p.proowner
                      where n.nspname = ?::name and p.proname = 'session_fleet_taken')
      """;

  private static final String TAKEN =
      """
      select session_id, token, state, detail, null::timestamptz, since, agent_id, agent, address
        from @home@.session_fleet_taken(?::text)
      """;

  private TakenSessions() {}

  /**
   * Reads them.
   *
   * @param sessionId the only one to look at; null for all
   */
  static List<SessionHolding> read(Jdbc jdbc, @Nullable String sessionId) {
    return jdbc.read(tx -> read(tx, sessionId));
  }

  private static List<SessionHolding> read(Tx tx, @Nullable String sessionId) throws SQLException {
    boolean isThere = tx.query(IS_THERE).text(tx.home().name()).one(row -> row.getBoolean(1));
    return isThere ? tx.query(TAKEN).text(sessionId).list(BeatRows::holding) : List.of();
  }
}
