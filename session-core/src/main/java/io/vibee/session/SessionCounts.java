package io.vibee.session;

/**
 * How many sessions a store holds.
 *
 * @param authorized active ones whose account is logged in
 * @param unauthorized active ones whose account is not
 * @param inactive those that agents do not load
 */
public record SessionCounts(long authorized, long unauthorized, long inactive) {
  /**
   * Those that agents load.
   *
   * @return how many
   */
  public long active() {
    return authorized + unauthorized;
  }
}
