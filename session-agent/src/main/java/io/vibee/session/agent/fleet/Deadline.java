package io.vibee.session.agent.fleet;

/**
 * D: until when the agent's sessions may run. Counted from just before the last confirmed beat was
 * sent, since the database may have had it at once and peers count from then on.
 *
 * <p>When wall clock and monotonic clock part ways, the machine may have been suspended, and the
 * monotonic clock may not know. Then nothing may start or connect until a beat sent later is
 * confirmed; if that one's outcome is unknown, what the wall clock went ahead counts as passed.
 */
final class Deadline {
  /** More than the two readings of a moment are apart, and than clocks are slewed meanwhile. */
  private static final long TOLERANCE = 250_000_000;

  private final FleetSettings settings;
  private long confirmed;
  private long ahead;
  private boolean suspect;
  private long jumped;
  private long passed;

  /** Starts with a registration, which is a sign of life. */
  Deadline(FleetSettings settings, Moment sent) {
    this.settings = settings;
    this.confirmed = sent.monotonic();
    this.ahead = sent.ahead();
  }

  /**
   * Compares the clocks. To be called before anything is decided by the time.
   *
   * @return whether they have just parted
   */
  boolean look(Moment now) {
    long jump = now.ahead() - ahead;
    ahead = now.ahead();
    if (Math.abs(jump) <= TOLERANCE) return false;
    suspect = true;
    jumped += Math.max(0, jump);
    return true;
  }

  /** Moves it, unless the beat is of a time before the clocks parted. */
  void confirmed(Moment sent) {
    if (suspect && Math.abs(sent.ahead() - ahead) > TOLERANCE) return;
    confirmed = sent.monotonic();
    suspect = false;
    jumped = 0;
    passed = 0;
  }

  /** Does not move it; a jump of the clock now counts. */
  void unknown() {
    passed = jumped;
  }

  /** The agent was declared dead: now is the time. */
  void declaredDead(Moment now) {
    passed = Math.max(passed, at() + passed - now.monotonic());
  }

  /** Whether nothing may be started before the next confirmed beat. */
  boolean isSuspect() {
    return suspect;
  }

  /** When all sessions must be stopped. */
  long at() {
    return confirmed + settings.useNanos() - passed;
  }

  /** When all connections must be closed. */
  long end() {
    return at() + settings.stop().toNanos();
  }
}
