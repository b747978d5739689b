package io.vibee.session.jdbc;

import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.SessionException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Writes heartbeats: to the rows that no other transaction holds, and for a while to those that
 * came free since. One that is held for longer must not keep back the others; the next heartbeat
 * finds it.
 */
final class FreeRows {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long PAUSE_MILLIS = 50;

  /** Those just written have the time of this very transaction. */
  private static final String HELD =
      """
      select session_id from @home@.user_sessions
       where session_id = any (?::varchar[]) and last_seen_at is distinct from now()
      """;

  /**
   * Writes to the free ones of these sessions, and sets {@code last_seen_at} of those to now; tells
   * which they were.
   */
  @FunctionalInterface
  interface Write {
    Set<String> run(Tx tx, Set<String> sessionIds) throws SQLException;
  }

  private record Pass(Set<String> written, Set<String> held) {}

  private FreeRows() {}

  /** Returns the sessions that were written. */
  static Set<String> write(Jdbc jdbc, Collection<String> sessionIds, Write write) {
    Set<String> left = new LinkedHashSet<>(sessionIds);
    Pass first = pass(jdbc, left, write);
    Set<String> written = first.written();
    left = first.held();
    long start = System.nanoTime();
    while (!left.isEmpty()
        && System.nanoTime() - start < PATIENCE_NANOS
        && Waiting.pause(PAUSE_MILLIS)) {
      try {
        Pass next = pass(jdbc, left, write);
        written.addAll(next.written());
        left = next.held();
      } catch (OutcomeUnknownException e) {
        throw e;
      } catch (SessionException | IllegalStateException e) {
        break; // of a store that was closed, too: an error would say that nothing was
      }
    }
    return Collections.unmodifiableSet(written);
  }

  private static Pass pass(Jdbc jdbc, Set<String> ids, Write write) {
    return jdbc.write(
        tx -> {
          Set<String> written = write.run(tx, ids);
          return new Pass(written, written.size() < ids.size() ? held(tx, ids) : Set.of());
        });
  }

  /** The ids that a statement gives back. */
  static Set<String> idsOf(PreparedStatement statement) throws SQLException {
    Set<String> ids = new LinkedHashSet<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) ids.add(row.getString(1));
    }
    return ids;
  }

  private static Set<String> held(Tx tx, Set<String> ids) throws SQLException {
    try (PreparedStatement statement = tx.prepare(HELD)) {
      statement.setObject(1, ids.toArray(String[]::new));
      return idsOf(statement);
    }
  }
}
