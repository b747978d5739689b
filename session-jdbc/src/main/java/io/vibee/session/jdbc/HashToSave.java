package io.vibee.session.jdbc;

import io.vibee.session.Session;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * How a session's hash is written: encrypted by the database, or sealed here; or not at all, where
 * the same hash is stored already, since another message of it would look like another hash.
 */
final class HashToSave {
  /**
   * The key before any row, as everybody does. Changes nothing: its trigger holds the key, which
   * roles that save may not lock themselves.
   */
  private static final String HOLD_KEY =
      "update user_sessions set api_hash_encrypted = api_hash_encrypted where false";

  private static final String LOCK =
      "select 1 from user_sessions where user_id = ? for no key update";

  /** Apart from the lock: a query that waited would show the new row with its earlier key. */
  private static final String STORED =
      SessionRows.HASH_ISOLATED
          + " from user_sessions s"
          + SessionRows.KEY
          + " where s.user_id = ?";

  static final HashToSave BY_DATABASE = new HashToSave(null, 0, true, false);

  private final byte @Nullable [] sealed;
  private final int keyVersion;
  private final boolean mayReplace;
  private final boolean kept;

  private HashToSave(byte @Nullable [] sealed, int keyVersion, boolean mayReplace, boolean kept) {
    this.sealed = sealed;
    this.keyVersion = keyVersion;
    this.mayReplace = mayReplace;
    this.kept = kept;
  }

  /** The message that this process made; null when it made none. */
  byte @Nullable [] sealed() {
    return sealed;
  }

  /** What it was sealed with. */
  int keyVersion() {
    return keyVersion;
  }

  /** Whether a row of the user's may be there: it was not when this was made, otherwise. */
  boolean mayReplace() {
    return mayReplace;
  }

  /** Whether the row, which is locked, has this hash already. */
  boolean kept() {
    return kept;
  }

  /** For a store that holds keys of its own, in a transaction. */
  static HashToSave of(
      Connection connection, SessionReader reader, HashSealer sealer, Session session)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(HOLD_KEY)) {
      statement.executeUpdate();
    }
    CurrentKey key = CurrentKey.read(connection);
    reader.warnIfPassedOver(key);
    if (key.fingerprint() != null) key.requireHeld(sealer);
    SealedRow place =
        new SealedRow(session.userId(), session.sessionId(), session.apiId(), key.version());
    boolean exists = lock(connection, session.userId());
    if (exists && hasHash(connection, reader, session, place)) {
      return new HashToSave(null, 0, true, true);
    }
    @Nullable String fingerprint = key.fingerprint();
    if (fingerprint == null) return BY_DATABASE;
    return new HashToSave(
        sealer.seal(session.apiHash(), place, fingerprint), key.version(), exists, false);
  }

  private static boolean lock(Connection connection, String userId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setString(1, userId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Whether the stored row has this hash, and can keep it although other columns change. */
  private static boolean hasHash(
      Connection connection, SessionReader reader, Session session, SealedRow place)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(STORED)) {
      statement.setString(1, session.userId());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) return false;
        SealedRow stored = SessionReader.sealedRow(row);
        boolean bound = row.getString("key_fingerprint") != null;
        return session.apiHash().equals(reader.apiHash(row, unreadable -> {}))
            && (!bound || stored.equals(place.at(stored.keyVersion())));
      }
    }
  }
}
