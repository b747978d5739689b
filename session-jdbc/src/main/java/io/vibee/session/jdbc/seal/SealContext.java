package io.vibee.session.jdbc.seal;

import java.util.Objects;

/**
 * What a sealed {@code api_hash} is bound to. A message that was made for other values is refused.
 *
 * @param userId the row's {@code user_id}
 * @param sessionId the row's {@code session_id}
 * @param apiId the row's {@code api_id}
 * @param keyVersion the row's {@code key_version}
 */
public record SealContext(String userId, String sessionId, int apiId, int keyVersion) {

  /** Checks that the ids are there. */
  public SealContext {
    Objects.requireNonNull(userId, "userId");
    Objects.requireNonNull(sessionId, "sessionId");
  }

  /** The same row under another key. */
  public SealContext at(int otherKeyVersion) {
    return new SealContext(userId, sessionId, apiId, otherKeyVersion);
  }
}
