package io.vibee.session.jdbc;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.UnreadableSessionException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * How a session's hash is written: encrypted by the database, or sealed here; or not at all, where
 * it stays as it is, since another message of it would look like another hash.
 *
 * @param clear for the database to encrypt, an array of one
 * @param sealed the message that this process made
 * @param keyVersion what it was sealed with
 * @param mayReplace whether a row of the user's may be there: it was not when this was made,
 *     otherwise
 */
@SuppressWarnings("ArrayRecordComponent") // bound to a statement, never compared
record HashToSave(
    String @Nullable [] clear, byte @Nullable [] sealed, int keyVersion, boolean mayReplace) {
  /**
   * The key before any row, as everybody does. Changes nothing: its trigger holds the key, which
   * roles that save may not lock themselves.
   */
  private static final String HOLD_KEY =
      "update @home@.user_sessions set api_hash_encrypted = api_hash_encrypted where false";

  private static final String LOCK =
      "select 1 from @home@.user_sessions where user_id = ? for no key update";

  /** Apart from the lock: a query that waited would show the new row with its earlier key. */
  private static final String STORED =
      SessionRows.HASH_ISOLATED
          + " from @home@.user_sessions s"
          + SessionRows.KEY
          + " where s.user_id = ?";

  private static final HashToSave KEPT = new HashToSave(null, null, 0, true);

  /** Whether the stored one stays. */
  boolean kept() {
    return clear == null && sealed == null;
  }

  static HashToSave byDatabase(Secret apiHash, boolean mayReplace) {
    return new HashToSave(new String[] {apiHash.exposeSecret()}, null, 0, mayReplace);
  }

  static void holdKey(Tx tx) throws SQLException {
    try (PreparedStatement statement = tx.prepare(HOLD_KEY)) {
      statement.executeUpdate();
    }
  }

  /** For a store that holds keys of its own, in a transaction. */
  static HashToSave of(Tx tx, SessionReader reader, Session session) throws SQLException {
    holdKey(tx);
    currentKey(tx, reader); // must be held, even if the hash turns out to be the same
    return isThere(tx, session.userId())
        ? ofStored(tx, reader, ColumnValues.of(session), session.apiHash(), true)
        : ofNew(tx, reader, session);
  }

  private static boolean isThere(Tx tx, String userId) throws SQLException {
    try (PreparedStatement statement = tx.prepare(LOCK)) {
      statement.setString(1, userId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /** For a user without a row, the key being held. */
  static HashToSave ofNew(Tx tx, SessionReader reader, Session session) throws SQLException {
    if (reader.sealer() == null) return byDatabase(session.apiHash(), false);
    return encrypted(tx, reader, ColumnValues.of(session), session.apiHash(), false);
  }

  /**
   * For a row that is locked, the key being held.
   *
   * @param apiHash null for the one that is stored
   * @param idsMayChange whether the row may have other ids than those it is to get
   */
  static HashToSave ofStored(
      Tx tx,
      SessionReader reader,
      ColumnValues wanted,
      @Nullable Secret apiHash,
      boolean idsMayChange)
      throws SQLException {
    if (apiHash == null && !idsMayChange) return KEPT;
    if (apiHash != null && reader.sealer() == null) return byDatabase(apiHash, true);
    try (PreparedStatement statement = tx.prepare(STORED)) {
      statement.setString(1, wanted.userId());
      try (ResultSet found = statement.executeQuery()) {
        if (!found.next()) throw new SQLException("the row is locked, and gone");
        Row row = new ResultSetRow(found);
        boolean fits = fits(row, wanted);
        if (apiHash == null && fits) return KEPT;
        @Nullable Secret stored = apiHash == null ? required(reader, row) : readable(reader, row);
        if (fits && apiHash != null && apiHash.equals(stored)) return KEPT;
        @Nullable Secret hash = apiHash == null ? stored : apiHash;
        if (hash == null) throw new SQLException("the stored hash cannot be read");
        return encrypted(tx, reader, wanted, hash, true);
      }
    }
  }

  /** Whether the stored message can stay under the ids that the row is to get. */
  private static boolean fits(Row row, ColumnValues wanted) throws SQLException {
    if (row.text(SessionRows.KEY_FINGERPRINT) == null) return true;
    SealedRow stored = SessionReader.sealedRow(row);
    return stored.equals(wanted.sealedAt(stored.keyVersion()));
  }

  private static @Nullable Secret readable(SessionReader reader, Row row) throws SQLException {
    return reader.apiHash(row, unreadable -> {});
  }

  private static @Nullable Secret required(SessionReader reader, Row row) throws SQLException {
    return reader.apiHash(
        row,
        unreadable -> {
          throw new UnreadableSessionException(unreadable);
        });
  }

  private static HashToSave encrypted(
      Tx tx, SessionReader reader, ColumnValues values, Secret apiHash, boolean mayReplace)
      throws SQLException {
    CurrentKey key = currentKey(tx, reader);
    @Nullable String fingerprint = key.fingerprint();
    if (fingerprint == null) return byDatabase(apiHash, mayReplace);
    byte[] sealed =
        key.requireHeld(reader.sealer()).seal(apiHash, values.sealedAt(key.version()), fingerprint);
    return new HashToSave(null, sealed, key.version(), mayReplace);
  }

  private static CurrentKey currentKey(Tx tx, SessionReader reader) throws SQLException {
    CurrentKey key = CurrentKey.read(tx);
    reader.warnIfPassedOver(key);
    key.requireUsable(reader.sealer());
    return key;
  }
}
