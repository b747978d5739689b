package io.vibee.session.jdbc.fleet;

import io.vibee.session.AgentEndedException;
import io.vibee.session.OtherTimelineException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.SessionSchema;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Calls the fleet's functions once its tables have been found to be those that we know. */
final class Fleet {
  /** SQLSTATE of the functions: the agent has ended. */
  private static final String ENDED = "VK003";

  /** SQLSTATE of the functions: the server is on another timeline. */
  private static final String OTHER_TIMELINE = "VK005";

  /**
   * Who asks, for the error that refuses it.
   *
   * @param timeline that it knows
   */
  record Asked(long agentId, long timeline) {}

  /** Whether its table is there, and all of it was made by whoever made the sessions' tables. */
  private static final String IS_THERE =
      """
      select exists (select from pg_namespace n
                       join pg_class s on s.relnamespace = n.oid and s.relname = 'user_sessions'
                       join pg_class c on c.relnamespace = n.oid and c.relname = 'session_fleet'
                      where n.nspname = ?::name and c.relkind = 'r' and c.relowner = s.relowner
                        and not exists (select from pg_proc p where p.pronamespace = n.oid
                                           and p.proname ~ '^session_fleet_' and p.proowner <> s.relowner))
      """;

  private static final String VERSION =
      "select coalesce(max(version), 0) from @home@.session_fleet";

  private final AtomicBoolean known = new AtomicBoolean();

  /** Runs a call of one function that changes something. */
  <T> T write(Jdbc jdbc, Jdbc.Work<T> call) {
    find(jdbc);
    return jdbc.call(call);
  }

  /** The same for an agent, which may turn out to have ended, or to know another timeline. */
  <T> T write(Jdbc jdbc, Asked asked, Jdbc.Work<T> call) {
    return write(
        jdbc,
        tx -> {
          try {
            return call.run(tx);
          } catch (SQLException e) {
            String state = SqlErrors.state(e);
            if (state.equals(ENDED)) throw new AgentEndedException(asked.agentId());
            if (!state.equals(OTHER_TIMELINE)) throw e;
            throw new OtherTimelineException(asked.timeline(), SqlErrors.detailedNumber(e));
          }
        });
  }

  /** Runs a call that changes something in somebody's name. */
  <T> T decide(Jdbc jdbc, Jdbc.Work<T> call) {
    find(jdbc);
    return jdbc.write(call);
  }

  /** Runs a call that changes nothing. */
  <T> T read(Jdbc jdbc, Jdbc.Work<T> call) {
    find(jdbc);
    return jdbc.read(call);
  }

  /** Runs a call of one function that changes nothing. */
  <T> T ask(Jdbc jdbc, Jdbc.Work<T> call) {
    find(jdbc);
    return jdbc.ask(call);
  }

  private void find(Jdbc jdbc) {
    if (known.get()) return;
    jdbc.read(
        tx -> {
          requireVersion(tx);
          return true;
        });
    known.set(true);
  }

  static void requireVersion(Tx tx) throws SQLException {
    boolean isThere = tx.query(IS_THERE).text(tx.home().name()).one(row -> row.getBoolean(1));
    int version = isThere ? tx.query(VERSION).one(row -> row.getInt(1)) : 0;
    if (version != SessionSchema.FLEET_VERSION) {
      throw SchemaVersionException.ofFleet(version, SessionSchema.FLEET_VERSION);
    }
  }
}
