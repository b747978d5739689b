package io.vibee.session.jdbc.keys;

import io.vibee.session.Secret;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.jdbc.rows.CurrentKey;
import io.vibee.session.jdbc.rows.Row;
import io.vibee.session.jdbc.rows.RowKey;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.rows.SessionRows;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves sessions to or from a key outside the database, which only this process can use: reads a
 * batch, encrypts it again and writes it back.
 */
final class RotateInProcess implements RotationStep {
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

  RotateInProcess(SessionReader reader) {
    this.reader = reader;
  }

  @Override
  public Batch move(Tx tx, long lastId, boolean waits) throws SQLException {
    // The key before any row, in everybody's lock order. While the key is held, a row that was
    // waited for cannot appear with another version's key: it has the current version by then,
    // and is left out.
    CurrentKey key = CurrentKey.hold(tx);
    Hashes hashes = new Hashes(reader, key);
    List<Long> tried =
        tx.query(waits ? ROWS : FREE_ROWS)
            .bigint(lastId)
            .integer(key.version())
            .flag(key.fingerprint() != null)
            .integer(BATCH)
            .list(hashes::add);
    if (tried.isEmpty()) return new Batch(lastId, 0, 0, 0);
    return new Batch(
        tried.get(tried.size() - 1), tried.size(), hashes.write(tx), hashes.unreadable);
  }

  /** A batch of hashes for the current key, sealed here or in clear for the database to encrypt. */
  private static final class Hashes {
    private final SessionReader reader;
    private final CurrentKey key;
    private final List<Long> ids = new ArrayList<>();
    private final List<byte[]> sealed = new ArrayList<>();
    private final List<Secret> inClear = new ArrayList<>();
    private int unreadable;

    Hashes(SessionReader reader, CurrentKey key) {
      this.reader = reader;
      this.key = key;
    }

    /** Adds the hash of a row if it can be read; returns the row's id. */
    long add(ResultSet found) throws SQLException {
      Row row = Row.of(found);
      SealContext ids = SessionRows.ids(row);
      RowKey named = RowKey.joined(found);
      long id = found.getLong("id");
      // Another process may hold a key that is outside the database.
      boolean outside = named.fingerprint() != null;
      @Nullable Secret apiHash =
          reader.apiHash(
              row,
              ids,
              named,
              session -> {
                if (!outside || session.reason() != Reason.KEY_MISSING) unreadable++;
              });
      if (apiHash != null && !add(id, ids, apiHash)) unreadable++;
      return id;
    }

    /**
     * Returns false for a hash beyond the limits of a session, as a row from earlier times may
     * have.
     */
    private boolean add(long id, SealContext place, Secret apiHash) {
      @Nullable String fingerprint = key.fingerprint();
      if (fingerprint == null) {
        inClear.add(apiHash);
      } else {
        HashSealer holder = key.requireHeld(reader.sealer());
        try {
          sealed.add(holder.seal(apiHash, place.at(key.version()), fingerprint));
        } catch (IllegalArgumentException e) {
          return false;
        }
      }
      ids.add(id);
      return true;
    }

    /** Writes the batch back, and returns how many rows were moved. */
    int write(Tx tx) throws SQLException {
      if (ids.isEmpty()) return 0;
      return tx.query(WRITE)
          .array(ids.stream().mapToLong(Long::longValue).toArray())
          .array(sealed.toArray(byte[][]::new))
          .secrets(inClear.stream().map(Secret::exposeSecret).toArray(String[]::new))
          .integer(key.version())
          .one(row -> row.getInt(1));
    }
  }
}
