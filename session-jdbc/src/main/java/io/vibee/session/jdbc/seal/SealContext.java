package io.vibee.session.jdbc.seal;

import java.util.Objects;

/**
 * What a sealed {@code api_hash} is bound to: a message that was made for other values is refused.
 * Immutable and thread-safe.
 *
 * @param userId the row's {@code user_id}
 * @param sessionId the row's {@code session_id}
 * @param apiId the row's {@code api_id}
 * @param keyVersion the row's {@code key_version}
 */
public record SealContext(String userId, String sessionId, int apiId, int keyVersion) {

  /** Checks that the ids are not null. */
  public SealContext {
    Objects.requireNonNull(userId, "userId");
    Objects.requireNonNull(sessionId, "sessionId");
  }

  /**
   * Returns the same row under another key.
   *
   * @param otherKeyVersion the version of that key
   * @return this context with that version
   */
  public SealContext at(int otherKeyVersion) {
    return new SealContext(userId, sessionId, apiId, otherKeyVersion);
  }
}
