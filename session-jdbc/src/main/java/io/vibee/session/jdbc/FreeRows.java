package io.vibee.session.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
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

  /** Writes to the free ones of these sessions, and sets {@code last_seen_at} of those to now. */
  @FunctionalInterface
  interface Write {
    int run(Tx tx, Set<String> sessionIds) throws SQLException;
  }

  private record Pass(int written, Set<String> held) {}

  private FreeRows() {}

  /** Returns how many sessions were written. */
  static int write(Jdbc jdbc, Collection<String> sessionIds, Write write) {
    Set<String> left = new LinkedHashSet<>(sessionIds);
    int written = 0;
    long start = System.nanoTime();
    while (true) {
      Set<String> ids = left;
      Pass pass = jdbc.write(tx -> pass(tx, ids, write));
      written += pass.written();
      left = pass.held();
      boolean goesOn = !left.isEmpty() && System.nanoTime() - start < PATIENCE_NANOS;
      if (!goesOn || !Waiting.pause(PAUSE_MILLIS)) return written;
    }
  }

  private static Pass pass(Tx tx, Set<String> ids, Write write) throws SQLException {
    int written = write.run(tx, ids);
    return new Pass(written, written < ids.size() ? held(tx, ids) : Set.of());
  }

  private static Set<String> held(Tx tx, Set<String> ids) throws SQLException {
    Set<String> held = new LinkedHashSet<>();
    try (PreparedStatement statement = tx.prepare(HELD)) {
      statement.setObject(1, ids.toArray(String[]::new));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) held.add(row.getString(1));
      }
    }
    return held;
  }
}
