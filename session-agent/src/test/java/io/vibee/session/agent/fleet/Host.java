package io.vibee.session.agent.fleet;

/**
 * A machine from one boot to the next: its two clocks, one of which stands still while it is
 * suspended.
 */
final class Host {
  final int id;
  private final double rate;
  private final long monotonicStart;
  private long wallAhead;
  private long stoodStill;
  private long suspendedAt = -1;
  private boolean lost;

  /**
   * Starts the clocks.
   *
   * @param rate how fast they go
   */
  Host(int id, double rate, long monotonicStart, long wallAhead) {
    this.id = id;
    this.rate = rate;
    this.monotonicStart = monotonicStart;
    this.wallAhead = wallAhead;
  }

  Moment at(long time) {
    long ran = (suspendedAt >= 0 ? suspendedAt : time) - stoodStill;
    return new Moment(monotonicStart + (long) (ran * rate), time + wallAhead);
  }

  /** The real time at which the monotonic clock will show a time, if it does not stand still. */
  long when(long monotonic, long time) {
    return time + Math.max(0, (long) Math.ceil((monotonic - at(time).monotonic()) / rate));
  }

  void jump(long nanos) {
    wallAhead += nanos;
  }

  void suspend(long time) {
    if (suspendedAt < 0) suspendedAt = time;
  }

  void resume(long time) {
    if (suspendedAt < 0) return;
    stoodStill += time - suspendedAt;
    suspendedAt = -1;
  }

  /** Loses power: its connections stay open for Telegram, and it comes up as another one. */
  void lose() {
    lost = true;
  }

  boolean isLost() {
    return lost;
  }

  boolean isSuspended() {
    return suspendedAt >= 0;
  }
}
