package io.vibee.session.jdbc;

import io.vibee.session.Secret;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.jdbc.rows.CurrentKey;
import io.vibee.session.jdbc.rows.Row;
import io.vibee.session.jdbc.rows.RowKey;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.rows.SessionRows;
import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.sql.Query;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How a session's hash is written: not at all, encrypted by the database, or sealed here. */
sealed interface HashToSave {
  /** Binds what the statement needs, after the other values. */
  Query bind(Query query);

  /**
   * Keeps the stored message: encrypting the same hash again would look like a change of the hash.
   */
  record Keep() implements HashToSave {
    @Override
    public Query bind(Query query) {
      return query;
    }
  }

  /** A hash in clear, for the database to encrypt with its own key. */
  record Encrypt(Secret apiHash) implements HashToSave {
    @Override
    public Query bind(Query query) {
      return query.secrets(apiHash.exposeSecret());
    }
  }

  /** A message that this process sealed with the key of a version. */
  @SuppressWarnings("ArrayRecordComponent") // bound to a statement, never compared
  record Sealed(byte[] message, int keyVersion) implements HashToSave {
    @Override
    public Query bind(Query query) {
      return query.bytes(message).integer(keyVersion);
    }
  }

  /**
   * Locks the key before any row, in everybody's lock order. It changes nothing: the trigger that
   * it fires locks the key, which roles that save may not do themselves.
   */
  String HOLD_KEY =
      "update @home@.user_sessions set api_hash_encrypted = api_hash_encrypted where false";

  /**
   * Reads the row separately from locking it: a query that waited would show the new row with its
   * earlier key.
   */
  String STORED = SessionRows.HASH_ISOLATED + " from @home@.user_sessions s" + SessionRows.KEY;

  /** Keeps the current key current until the transaction ends. */
  static void holdKey(Tx tx) throws SQLException {
    tx.query(HOLD_KEY).update();
  }

  /** Reads the current key, and refuses one that this process cannot use. */
  static CurrentKey currentKey(Tx tx, SessionReader reader) throws SQLException {
    CurrentKey key = CurrentKey.read(tx);
    reader.warnIfPassedOver(key);
    key.requireUsable(reader.sealer());
    return key;
  }

  /** Supplies the current key, which is held, when a hash has to be encrypted. */
  @FunctionalInterface
  interface KeySource {
    CurrentKey current() throws SQLException;
  }

  /** Chooses for a user without a row, while the key is held. */
  static HashToSave ofNew(KeySource key, SessionReader reader, ColumnValues values, Secret apiHash)
      throws SQLException {
    return reader.sealer() == null ? new Encrypt(apiHash) : encrypted(key, reader, values, apiHash);
  }

  /**
   * Chooses for a row that is locked, while the key is held.
   *
   * @param apiHash null to keep the one that is stored
   * @param idsMayChange whether the stored ids may differ from the wanted ones
   */
  static HashToSave ofStored(
      Tx tx,
      SessionReader reader,
      ColumnValues wanted,
      @Nullable Secret apiHash,
      boolean idsMayChange)
      throws SQLException {
    if (apiHash == null && !idsMayChange) return new Keep();
    if (apiHash != null && reader.sealer() == null) return new Encrypt(apiHash);
    KeySource key = () -> currentKey(tx, reader);
    @Nullable HashToSave hash =
        tx.query(STORED + " where s.user_id = ?")
            .text(wanted.userId())
            .first(row -> of(key, reader, wanted, apiHash, row));
    if (hash == null) throw new SQLException("the row is locked, and gone");
    return hash;
  }

  /** Chooses for a row of {@link #STORED}. */
  static HashToSave of(
      KeySource key,
      SessionReader reader,
      ColumnValues wanted,
      @Nullable Secret apiHash,
      ResultSet stored)
      throws SQLException {
    Row row = Row.of(stored);
    RowKey rowKey = RowKey.joined(stored);
    SealContext ids = SessionRows.ids(row);
    // Whether the stored message stays valid under the wanted ids.
    boolean staysValid =
        rowKey.fingerprint() == null || ids.equals(wanted.sealedAt(ids.keyVersion()));
    if (apiHash == null && staysValid) return new Keep();
    @Nullable Secret known =
        reader.apiHash(row, ids, rowKey, apiHash == null ? HashToSave::refuse : unreadable -> {});
    if (staysValid && apiHash != null && apiHash.equals(known)) return new Keep();
    @Nullable Secret hash = apiHash == null ? known : apiHash;
    if (hash == null) throw new SQLException("the stored hash cannot be read");
    return encrypted(key, reader, wanted, hash);
  }

  private static void refuse(UnreadableSession unreadable) {
    throw new UnreadableSessionException(unreadable);
  }

  private static HashToSave encrypted(
      KeySource source, SessionReader reader, ColumnValues values, Secret apiHash)
      throws SQLException {
    CurrentKey key = source.current();
    @Nullable String fingerprint = key.fingerprint();
    if (fingerprint == null) return new Encrypt(apiHash);
    byte[] sealed =
        key.requireHeld(reader.sealer()).seal(apiHash, values.sealedAt(key.version()), fingerprint);
    return new Sealed(sealed, key.version());
  }
}
