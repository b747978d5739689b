package io.vibee.session;

import java.util.List;

/**
 * The database's current key is kept outside it, and this process holds another key or none.
 * Nothing was loaded or written.
 */
public final class MasterKeyMismatchException extends SessionException {

  private final int keyVersion;

  /**
   * Creates the error.
   *
   * @param keyVersion the version of the current key
   * @param stored the fingerprint of the current key
   * @param held the fingerprints of the keys that this process holds; empty when it has none
   */
  public MasterKeyMismatchException(int keyVersion, String stored, List<String> held) {
    super(message(keyVersion, stored, held));
    this.keyVersion = keyVersion;
  }

  private static String message(int keyVersion, String stored, List<String> held) {
    String needed =
        "the sessions are encrypted with a key outside the database (key version %s, fingerprint %s)"
            .formatted(keyVersion, stored);
    return held.isEmpty()
        ? needed
            + ", and this process has none: set ENCRYPTION_MASTER_KEY_FILE or ENCRYPTION_MASTER_KEY"
        : needed
            + ", and this process holds another one (fingerprint %s): set ENCRYPTION_MASTER_KEY_FILE or ENCRYPTION_MASTER_KEY to the key of that version"
                .formatted(String.join(", ", held));
  }

  /**
   * The version of the key that is needed.
   *
   * @return the version
   */
  public int keyVersion() {
    return keyVersion;
  }
}
