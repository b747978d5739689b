package io.vibee.session;

import java.util.Objects;

/** Which sessions of a store an agent that takes part in a fleet may claim. */
public sealed interface FleetScope {
  /** Takes any active session. */
  record All() implements FleetScope {}

  /**
   * Takes one user's session and no other.
   *
   * @param userId the user
   */
  record OfUser(String userId) implements FleetScope {
    /** Checks that nothing is null. */
    public OfUser {
      Objects.requireNonNull(userId, "userId");
    }
  }
}
