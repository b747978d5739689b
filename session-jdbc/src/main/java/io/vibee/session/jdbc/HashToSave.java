package io.vibee.session.jdbc;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How a session's hash is written: encrypted here, or by the database. */
final class HashToSave {
  /** Tells the trigger that the hash itself is the same. */
  private static final String RESEALED = "select set_config('vibee.reseal', 'on', true)";

  private static final String STORED =
      SessionRows.HASH_ISOLATED
          + " from user_sessions s"
          + SessionRows.KEY
          + " where s.user_id = ? for no key update of s";

  private final byte @Nullable [] sealed;
  private final @Nullable Secret inClear;
  private final int keyVersion;
  private final boolean mayReplace;

  private HashToSave(
      byte @Nullable [] sealed, @Nullable Secret inClear, int keyVersion, boolean mayReplace) {
    this.sealed = sealed;
    this.inClear = inClear;
    this.keyVersion = keyVersion;
    this.mayReplace = mayReplace;
  }

  /** The message that this process made; null when the database encrypts. */
  byte @Nullable [] sealed() {
    return sealed;
  }

  /** For the database to encrypt; null when this process did. */
  @Nullable Secret inClear() {
    return inClear;
  }

  /** What it was sealed with; 0 when the database decides. */
  int keyVersion() {
    return keyVersion;
  }

  /**
   * Whether a row of the user's may be there. Sealed for one that was not, the same hash would look
   * like a new one.
   */
  boolean mayReplace() {
    return mayReplace;
  }

  static HashToSave of(Connection connection, SessionReader reader, Session session)
      throws SQLException {
    CurrentKey key = reader.sealer() == null ? CurrentKey.IN_DATABASE : CurrentKey.read(connection);
    return key.fingerprint() == null
        ? new HashToSave(null, session.apiHash(), 0, true)
        : sealed(connection, reader, session, key, key.fingerprint());
  }

  private static HashToSave sealed(
      Connection connection,
      SessionReader reader,
      Session session,
      CurrentKey key,
      String fingerprint)
      throws SQLException {
    HashSealer sealer = key.requireHeld(reader.sealer());
    SealedRow place =
        new SealedRow(session.userId(), session.sessionId(), session.apiId(), key.version());
    byte @Nullable [] kept = null;
    boolean exists;
    try (PreparedStatement statement = connection.prepareStatement(STORED)) {
      statement.setString(1, session.userId());
      try (ResultSet row = statement.executeQuery()) {
        exists = row.next();
        if (exists && session.apiHash().equals(storedHash(reader, row))) {
          if (SessionReader.sealedRow(row).equals(place)) kept = row.getBytes("sealed_hash");
          else sayResealed(connection);
        }
      }
    }
    byte[] sealed = kept != null ? kept : sealer.seal(session.apiHash(), place, fingerprint);
    return new HashToSave(sealed, null, key.version(), exists);
  }

  private static @Nullable Secret storedHash(SessionReader reader, ResultSet row)
      throws SQLException {
    return reader.apiHash(row, unreadable -> {});
  }

  /** The hash is the same, so this is no change of it. */
  private static void sayResealed(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RESEALED)) {
      statement.execute();
    }
  }
}
