package io.vibee.session;

import java.util.Objects;

/**
 * That an agent holds a session.
 *
 * @param sessionId the session
 * @param token a number of the session's, which only grows: with each claim there is a new one
 */
public record Lease(String sessionId, long token) {
  /** Checks that nothing is null. */
  public Lease {
    Objects.requireNonNull(sessionId, "sessionId");
  }
}
