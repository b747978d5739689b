package io.vibee.session;

/**
 * The database is on another timeline than the agent knows: a standby was promoted, which may have
 * lost the last changes. Nothing was done. Beat first, then compare what is {@linkplain
 * SessionLeases#held held}.
 */
public final class OtherTimelineException extends SessionException {
  private final long timeline;

  /**
   * Creates the error.
   *
   * @param known the timeline that the agent knows
   * @param timeline the one that the database is on
   */
  public OtherTimelineException(long known, long timeline) {
    super(
        "the database is on timeline "
            + timeline
            + ", not on "
            + known
            + ", since a standby was promoted, which may have lost the last changes: beat, then"
            + " compare what the agent holds");
    this.timeline = timeline;
  }

  /**
   * Returns the timeline that the database is on.
   *
   * @return its number
   */
  public long timeline() {
    return timeline;
  }
}
