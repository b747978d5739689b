package io.vibee.session;

import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A stored session that cannot be used, described by its ids and no other value.
 *
 * <p>Immutable, thread-safe; two are equal if all their values are.
 */
public final class UnreadableSession {

  /** What is wrong with a stored session. */
  public enum Reason {
    /** The hash is damaged, or encrypted with a key other than the one that it names. */
    NOT_DECRYPTABLE("its api_hash cannot be decrypted: it is damaged or the key is not its own"),
    /** The key of that version is not in the store. */
    KEY_MISSING(
        "the key of that version is missing",
        "if it is kept outside the database, add it to ENCRYPTION_MASTER_KEY_FILE; else restore it"
            + " from a backup, or store the api_hash again"),
    /**
     * The hash is not AES-256 with integrity protection, or deriving its key would take absurdly
     * long.
     */
    NOT_SEALED("its api_hash is not an AES-256 message with integrity protection"),
    /** The hash is not the one that was sealed for this row and key version. */
    TAMPERED(
        "its api_hash is not what was sealed for this session: copied from elsewhere, rolled back or"
            + " changed",
        "find out who wrote to the row, then store the api_hash again"),
    /** Another column breaks the limits of {@link Session}. */
    INVALID_VALUES(
        "a column holds a value that is not allowed",
        "correct its user_id, session_id, api_id, phone, username or target_chats");

    private final String text;
    private final String advice;

    Reason(String text) {
      this(text, "store the api_hash again, or restore the row and its key from a backup");
    }

    Reason(String text, String advice) {
      this.text = text;
      this.advice = advice;
    }

    /**
     * Describes the reason in words.
     *
     * @return a clause without a full stop
     */
    public String text() {
      return text;
    }

    /**
     * Says what to do about it.
     *
     * @return a clause without a full stop
     */
    public String advice() {
      return advice;
    }
  }

  private final String userId;
  private final String sessionId;
  private final OptionalInt keyVersion;
  private final boolean active;
  private final Reason reason;

  private UnreadableSession(
      String userId, String sessionId, OptionalInt keyVersion, boolean active, Reason reason) {
    this.userId = userId;
    this.sessionId = sessionId;
    this.keyVersion = keyVersion;
    this.active = active;
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /**
   * Describes a session whose hash names no key. Replaces control characters in the ids, which may
   * hold anything that a database accepts.
   *
   * @param userId see {@link #userId()}
   * @param sessionId see {@link #sessionId()}
   * @param active see {@link #active()}
   * @param reason see {@link #reason()}
   * @return the description
   */
  public static UnreadableSession of(
      String userId, String sessionId, boolean active, Reason reason) {
    return new UnreadableSession(
        Texts.printable(userId), Texts.printable(sessionId), OptionalInt.empty(), active, reason);
  }

  /**
   * Adds the version of the key that its hash names.
   *
   * @param version see {@link #keyVersion()}
   * @return the description with that version
   */
  public UnreadableSession underKey(int version) {
    return new UnreadableSession(userId, sessionId, OptionalInt.of(version), active, reason);
  }

  /**
   * Returns the Telegram user's id.
   *
   * @return the id as stored, but for control characters
   */
  public String userId() {
    return userId;
  }

  /**
   * Returns the session's id.
   *
   * @return the id as stored, but for control characters
   */
  public String sessionId() {
    return sessionId;
  }

  /**
   * Returns the version of the key that its hash names.
   *
   * @return the version; empty if no known key fits
   */
  public OptionalInt keyVersion() {
    return keyVersion;
  }

  /**
   * Tells whether agents would load it.
   *
   * @return false if it is inactive
   */
  public boolean active() {
    return active;
  }

  /**
   * Tells what is wrong.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UnreadableSession session
        && userId.equals(session.userId)
        && sessionId.equals(session.sessionId)
        && keyVersion.equals(session.keyVersion)
        && active == session.active
        && reason == session.reason;
  }

  @Override
  public int hashCode() {
    return Objects.hash(userId, sessionId, keyVersion, active, reason);
  }

  /** Describes the session in one line for logs and people. */
  @Override
  public String toString() {
    String key = keyVersion.isPresent() ? "key version " + keyVersion.getAsInt() : "no known key";
    return "session " + sessionId + " of user " + userId + " (" + key + "): " + reason.text();
  }
}
