package io.vibee.session;

/**
 * A state of a stored session, for comparison with a later one.
 *
 * @param id {@link SessionSummary#id()}; 0 for no session
 * @param number {@link SessionSummary#revision()}; 0 for no session
 */
public record SessionRevision(long id, long number) {
  /** The user has no session. */
  public static final SessionRevision NONE = new SessionRevision(0, 0);
}
