package io.vibee.session;

/**
 * How many sessions a store holds.
 *
 * @param authorized active sessions whose account is logged in
 * @param unauthorized active sessions whose account is not logged in
 * @param inactive sessions that agents do not load
 */
public record SessionCounts(long authorized, long unauthorized, long inactive) {
  /**
   * The number of sessions that agents load.
   *
   * @return the sum of {@code authorized} and {@code unauthorized}
   */
  public long active() {
    return authorized + unauthorized;
  }
}
