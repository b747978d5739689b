package io.vibee.session;

import org.jspecify.annotations.Nullable;

/**
 * Which entries of the activity log to read, newest first.
 *
 * @param sessionId only entries of this session; null for all sessions
 * @param beforeId only entries older than the one with this id, for paging; {@link Long#MAX_VALUE}
 *     for the newest
 * @param limit at most this many entries, 1 to {@value #MAXIMUM}
 */
public record ActivityQuery(@Nullable String sessionId, long beforeId, int limit) {
  /** The most entries that one call returns. */
  public static final int MAXIMUM = 1000;

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if it is out of bounds
   */
  public ActivityQuery {
    if (limit < 1 || limit > MAXIMUM) {
      throw new IllegalArgumentException("limit must be 1 to " + MAXIMUM);
    }
  }

  /**
   * Asks for the newest entries of all sessions.
   *
   * @param limit at most this many
   * @return the query
   */
  public static ActivityQuery latest(int limit) {
    return new ActivityQuery(null, Long.MAX_VALUE, limit);
  }

  /**
   * Narrows this query to one session.
   *
   * @param id the session's id
   * @return the narrower query
   */
  public ActivityQuery ofSession(String id) {
    return new ActivityQuery(id, beforeId, limit);
  }

  /**
   * Asks for the next page: entries older than the last one that was read.
   *
   * @param id the id of the last entry of the previous page
   * @return the query of the next page
   */
  public ActivityQuery before(long id) {
    return new ActivityQuery(sessionId, id, limit);
  }
}
