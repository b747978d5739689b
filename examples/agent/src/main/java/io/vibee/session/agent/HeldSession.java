package io.vibee.session.agent;

import io.vibee.session.Session;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Identifies a running session and its revision, without its values or a secret. */
record HeldSession(String userId, String sessionId, @Nullable Instant createdAt, long revision) {

  static HeldSession of(Session session) {
    return new HeldSession(
        session.userId(), session.sessionId(), session.createdAt(), session.revision());
  }

  /**
   * Whether the other one has nothing new. A session that was deleted and added again starts at 1.
   */
  boolean isAtLeast(HeldSession other) {
    return equals(other)
        || (createdAt != null && createdAt.equals(other.createdAt) && revision >= other.revision);
  }
}
