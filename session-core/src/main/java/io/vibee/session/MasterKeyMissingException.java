package io.vibee.session;

/**
 * The database holds no current key ({@code encryption_keys}, row 1), so no hash can be read or
 * stored. The message says how to get the key back.
 */
public final class MasterKeyMissingException extends SessionException {

  /** Creates the error. */
  public MasterKeyMissingException() {
    super(
        "the database has no master key: encryption_keys has no row with id = 1, or its master_key"
            + " is NULL; restore that row from a backup, since a new key cannot read old hashes, or if"
            + " you have the key's text: INSERT INTO encryption_keys (id, master_key) VALUES (1, '…'); a key outside the database"
            + " has a fingerprint there instead, see docs/keys.md");
  }
}
