package io.vibee.session;

import org.jspecify.annotations.Nullable;

/**
 * Which sessions to list, in the order in which they were added.
 *
 * @param active true for active sessions only, false for inactive ones only, null for both
 * @param afterId only sessions added after the one with this {@link SessionSummary#id()}, for
 *     paging; {@link Long#MIN_VALUE} for the first page
 * @param limit at most this many sessions, 1 to {@value #MAXIMUM}
 */
public record SessionQuery(@Nullable Boolean active, long afterId, int limit) {
  /** The most sessions that one call returns. */
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
   * Asks for the first active sessions.
   *
   * @param limit at most this many
   * @return the query
   */
  public static SessionQuery active(int limit) {
    return new SessionQuery(true, Long.MIN_VALUE, limit);
  }

  /**
   * Asks for the first inactive sessions.
   *
   * @param limit at most this many
   * @return the query
   */
  public static SessionQuery inactive(int limit) {
    return new SessionQuery(false, Long.MIN_VALUE, limit);
  }

  /**
   * Asks for the first sessions, active or not.
   *
   * @param limit at most this many
   * @return the query
   */
  public static SessionQuery all(int limit) {
    return new SessionQuery(null, Long.MIN_VALUE, limit);
  }

  /**
   * Asks for the next page: sessions added after the last one that was read.
   *
   * @param id the {@link SessionSummary#id()} of the last session of the previous page
   * @return the query of the next page
   */
  public SessionQuery after(long id) {
    return new SessionQuery(active, id, limit);
  }
}
