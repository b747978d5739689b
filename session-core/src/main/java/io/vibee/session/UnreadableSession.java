package io.vibee.session;

import java.util.Objects;

/**
 * A stored session that cannot be used, described by its ids and no other value.
 *
 * @param userId the user's id as stored
 * @param sessionId the session's id as stored
 * @param keyVersion the key version that its hash names; 0 if no known key fits
 * @param active whether agents would load it
 * @param reason what is wrong
 */
public record UnreadableSession(
    String userId, String sessionId, int keyVersion, boolean active, Reason reason) {

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

  /** Replaces control characters in the ids, which may hold anything that the database accepts. */
  public UnreadableSession {
    userId = Texts.printable(userId);
    sessionId = Texts.printable(sessionId);
    Objects.requireNonNull(reason, "reason");
  }

  /** Describes the session in one line for logs and people. */
  @Override
  public String toString() {
    return "session "
        + sessionId
        + " of user "
        + userId
        + " (key version "
        + keyVersion
        + "): "
        + reason.text();
  }
}
