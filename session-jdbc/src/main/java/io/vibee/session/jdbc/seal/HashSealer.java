package io.vibee.session.jdbc.seal;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Encrypts and decrypts each {@code api_hash} in this process, with keys that the database never
 * sees: it knows only their fingerprints. Each message is sealed to its row, so one that was moved
 * to another row is refused. {@code session-openpgp} implements it.
 *
 * <p>Implementations are thread-safe, and write messages that pgcrypto's {@code pgp_sym_decrypt}
 * reads with the same key: AES-256 with integrity protection, in the form that {@code
 * session_hash_is_sealed} accepts.
 */
public interface HashSealer {

  /**
   * Returns the fingerprint of the key that a key change makes the current one. May ask a key
   * provider, so call it for key changes and errors, not for each row.
   *
   * @return 32 lower-case hexadecimal digits, which reveal nothing about the key
   */
  String currentFingerprint();

  /**
   * Returns the fingerprints of all keys that this process holds, the current one first. May ask a
   * key provider again, so that keys added since are found.
   *
   * @return the fingerprints, at least one
   */
  List<String> fingerprints();

  /**
   * Whether the key with this fingerprint is held.
   *
   * @param fingerprint what the database stores for a key version
   * @return true if {@link #seal} and {@link #open} can use it
   */
  boolean holds(String fingerprint);

  /**
   * Encrypts a hash for one row.
   *
   * @param apiHash the text
   * @param row the row that the message is valid for
   * @param fingerprint identifies the key of the row's version, which must be held
   * @return an OpenPGP message
   * @throws IllegalArgumentException if the key is not held, or the text is longer than 255
   *     characters or not valid Unicode
   */
  byte[] seal(Secret apiHash, SealContext row, String fingerprint);

  /**
   * Decrypts what {@link #seal} made for this row. Refuses hostile messages before spending work on
   * them, and returns nothing of a message that is not intact.
   *
   * @param sealed the message
   * @param row the row that it was found in
   * @param fingerprint identifies the key of the row's version, which must be held
   * @return the text that was sealed for this row
   * @throws SealException if the message was changed, was made for another row or key version, or
   *     is not one that {@link #seal} writes
   * @throws IllegalArgumentException if the key is not held
   */
  Secret open(byte[] sealed, SealContext row, String fingerprint) throws SealException;

  /**
   * Makes Java load what the first message needs, which then takes no longer than others. A store
   * calls this on a thread of its own while it connects. Does nothing unless overridden.
   */
  default void warmUp() {}

  /** Creates a sealer from environment variables; found by {@link java.util.ServiceLoader}. */
  interface Provider {

    /**
     * Reads the variables that name an external key.
     *
     * @param environment all variables
     * @return the sealer; empty if none of its variables is set
     * @throws MisconfiguredException if they contradict each other or the key cannot be used
     */
    Optional<HashSealer> fromEnvironment(Map<String, String> environment);
  }
}
