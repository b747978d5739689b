package io.vibee.session;

import org.jspecify.annotations.Nullable;

/**
 * Which sessions to list, in the order in which they were added.
 *
 * @param active only those that are active, or only those that are not; null for both
 * @param afterId those added after the one of this {@link SessionSummary#id()}, to page; {@link
 *     Long#MIN_VALUE} for the first
 * @param limit at most this many, 1 to {@value #MAXIMUM}
 */
public record SessionQuery(@Nullable Boolean active, long afterId, int limit) {
  /** The most sessions that one call gives. */
  public static final int MAXIMUM = 1000;

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if it is out of bounds
   */
  public SessionQuery {
    if (limit < 1 || limit > MAXIMUM) {
      throw new IllegalArgumentException("limit must be 1 to " + MAXIMUM);
    }
  }

  /**
   * The first active sessions.
   *
   * @param limit at most this many
   * @return the query
   */
  public static SessionQuery active(int limit) {
    return new SessionQuery(true, Long.MIN_VALUE, limit);
  }

  /**
   * The first inactive sessions.
   *
   * @param limit at most this many
   * @return the query
   */
  public static SessionQuery inactive(int limit) {
    return new SessionQuery(false, Long.MIN_VALUE, limit);
  }

  /**
   * The first sessions, active or not.
   *
   * @param limit at most this many
   * @return the query
   */
  public static SessionQuery all(int limit) {
    return new SessionQuery(null, Long.MIN_VALUE, limit);
  }

  /**
   * The same for sessions added after one that was read.
   *
   * @param id the {@link SessionSummary#id()} of the last session of the page before
   * @return the query of the next page
   */
  public SessionQuery after(long id) {
    return new SessionQuery(active, id, limit);
  }
}
