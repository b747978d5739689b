package io.vibee.session.jdbc;

import io.vibee.session.Secret;
import io.vibee.session.UnreadableSession.Reason;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Moves sessions to or from a key outside the database, which only this process can use: reads a
 * batch, encrypts it anew, writes it back.
 */
final class ResealHere implements RotateSessions.Step {
  private static final String ROWS =
      SessionRows.HASH_ISOLATED
          + " from @home@.user_sessions s"
          + SessionRows.KEY
          + """
             where s.id > ? and s.key_version <> ? and (? or k.key_fingerprint is not null)
             order by s.id limit ?
               for no key update of s
            """;

  private static final String FREE_ROWS = ROWS + " skip locked";

  private static final String WRITE =
      "select @home@.session_follow_key(?::bigint[], ?::bytea[], ?::text[], ?::integer)";

  private final SessionReader reader;

  ResealHere(SessionReader reader) {
    this.reader = reader;
  }

  @Override
  public RotateSessions.Batch move(Tx tx, long lastId, boolean waits) throws SQLException {
    // The key before any row, as everybody does. Held, it keeps a row that was waited for from
    // being
    // shown with another version's key: such a row has the current version by then, and is left
    // out.
    CurrentKey key = CurrentKey.hold(tx);
    Resealed rows = new Resealed(reader.sealer(), key);
    int[] unreadable = {0};
    long last = lastId;
    int tried = 0;
    try (PreparedStatement statement = tx.prepare(waits ? ROWS : FREE_ROWS)) {
      statement.setLong(1, lastId);
      statement.setInt(2, key.version());
      statement.setBoolean(3, key.fingerprint() != null);
      statement.setInt(4, RotateSessions.BATCH);
      try (ResultSet row = statement.executeQuery()) {
        Row stored = new ResultSetRow(row);
        for (; row.next(); tried++) {
          last = stored.bigint(SessionRows.ID);
          // Another process may hold a key that is outside the database.
          boolean outside = stored.text(SessionRows.KEY_FINGERPRINT) != null;
          @Nullable Secret apiHash =
              reader.apiHash(
                  stored,
                  session -> {
                    if (!outside || session.reason() != Reason.KEY_MISSING) unreadable[0]++;
                  });
          if (apiHash == null) continue;
          if (!rows.add(last, SessionReader.sealedRow(stored), apiHash)) unreadable[0]++;
        }
      }
    }
    int moved = rows.isEmpty() ? 0 : write(tx, key, rows);
    return new RotateSessions.Batch(last, tried, moved, unreadable[0]);
  }

  private static int write(Tx tx, CurrentKey key, Resealed rows) throws SQLException {
    try (PreparedStatement statement = tx.prepare(WRITE)) {
      statement.setObject(1, rows.ids());
      statement.setObject(2, rows.sealed());
      // As an array: see SaveSession.
      statement.setObject(3, rows.inClear());
      statement.setInt(4, key.version());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
