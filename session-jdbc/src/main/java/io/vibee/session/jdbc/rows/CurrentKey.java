package io.vibee.session.jdbc.rows;

import io.vibee.session.MasterKeyMismatchException;
import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key that new hashes are encrypted with.
 *
 * @param fingerprint null if the database holds the key itself
 */
public record CurrentKey(int version, @Nullable String fingerprint) {
  private static final Logger log = LoggerFactory.getLogger(CurrentKey.class);

  /** Leaves out the key itself, which roles that change keys need not see. */
  private static final String READ =
      """
      select version, key_fingerprint from @home@.encryption_keys
       where id = 1 and (key_is_random is not null or key_fingerprint is not null)
      """;

  private static final String HOLD = READ + " for share";

  /** Reads the current key, or throws a {@link MasterKeyMissingException}. */
  public static CurrentKey read(Tx tx) throws SQLException {
    return read(tx, READ);
  }

  /** Reads the current key and keeps it current until the transaction ends. */
  public static CurrentKey hold(Tx tx) throws SQLException {
    return read(tx, HOLD);
  }

  private static CurrentKey read(Tx tx, String sql) throws SQLException {
    @Nullable CurrentKey key =
        tx.query(sql).first(row -> new CurrentKey(row.getInt(1), row.getString(2)));
    if (key == null) throw new MasterKeyMissingException();
    return key;
  }

  /** Refuses a key that neither the database nor this process holds. */
  public void requireUsable(@Nullable HashSealer sealer) {
    if (fingerprint != null) requireHeld(sealer);
  }

  /** Warns if this process holds a key while the database's own key is in force. */
  void warnIfPassedOver(@Nullable HashSealer sealer) {
    if (fingerprint != null || sealer == null) return;
    log.warn(
        "this process holds a key (fingerprint {}), but the database's own key (version {}) is in"
            + " force: change the key, or unset ENCRYPTION_MASTER_KEY and"
            + " ENCRYPTION_MASTER_KEY_FILE",
        currentFingerprint(sealer),
        version);
  }

  /** Falls back to a phrase, since a failure to word a warning must not fail anything else. */
  private static String currentFingerprint(HashSealer sealer) {
    try {
      return sealer.currentFingerprint();
    } catch (RuntimeException e) {
      return "unknown, its provider failed";
    }
  }

  /** Returns the sealer if it holds this key, which is outside the database; refuses otherwise. */
  public HashSealer requireHeld(@Nullable HashSealer sealer) {
    String stored = String.valueOf(fingerprint);
    if (sealer == null || !sealer.holds(stored)) {
      throw new MasterKeyMismatchException(
          version, stored, sealer == null ? List.of() : sealer.fingerprints());
    }
    return sealer;
  }
}
