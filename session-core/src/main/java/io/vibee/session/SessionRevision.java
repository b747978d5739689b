package io.vibee.session;

/**
 * A state of a stored session, for comparison with a later one.
 *
 * @param id {@link SessionSummary#id()}
 * @param number {@link SessionSummary#revision()}, from 1; {@link #NONE} alone has 0
 */
public record SessionRevision(long id, long number) {
  /** The user has no session. */
  public static final SessionRevision NONE = new SessionRevision(0, 0);
}
