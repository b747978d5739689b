package io.vibee.session.agent.fleet;

/**
 * The right to run a session, as the database gave it.
 *
 * @param session the session's id
 * @param token grows with each owner of the session; its upper bits are the timeline of the
 *     database that gave it
 */
public record Lease(String session, long token) {
  private static final int TIMELINE = 40;

  /** The timeline of the database that gave the lease. */
  long timeline() {
    return token >>> TIMELINE;
  }
}
