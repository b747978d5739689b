package io.vibee.session.agent.fleet;

import io.vibee.session.Lease;
import org.jspecify.annotations.Nullable;

/** A row of {@code session_leases}; its times are of the database's clock. */
final class LeaseRow {
  private static final long MINUTE = 60_000_000_000L;

  final String session;

  /** Whose it is: of an agent that has ended, it is an orphan. */
  @Nullable AgentRow owner;

  long token;
  long claimedAt;

  /** Who has none, may be claimed unless the clock is between the two. */
  long waitsSince;

  long freeAt;

  /** The agent that wants it, and for how long nobody else gets it; 0 if none does. */
  long wantedBy;

  long wantedUntil;
  boolean quarantined;

  /** When its holder said that Telegram has refused it; of no meaning if it is not quarantined. */
  long refusedAt;

  /**
   * Whether whoever runs it should know: not if a promotion has lost that an operator cleared it.
   */
  private boolean known;

  /** How many of its holders in a row have died soon after they got it. */
  int badEnds;

  /** Whether a claim that has yet to commit holds the row. */
  boolean locked;

  LeaseRow(String session) {
    this.session = session;
  }

  Lease lease() {
    return new Lease(session, token);
  }

  boolean isHeldBy(long agent, Lease lease) {
    return owner != null && owner.id == agent && token == lease.token();
  }

  boolean isOrphan() {
    return owner != null && owner.ended;
  }

  /** Whether nobody has it, and it is to run. */
  boolean isClaimable(long clock) {
    return !quarantined && (isOrphan() || (owner == null && !isCooling(clock)));
  }

  /** Not if the clock has jumped back since. */
  boolean isCooling(long clock) {
    return owner == null && waitsSince <= clock && clock < freeAt;
  }

  /** Whether it is kept for another one. */
  boolean isReservedFrom(long agent, long clock) {
    return wantedBy != agent && isWanted(clock);
  }

  boolean isWanted(long clock) {
    return wantedBy != 0 && wantedUntil > clock && wantedUntil <= clock + MINUTE;
  }

  void setQuarantined(boolean quarantined) {
    this.quarantined = quarantined;
    refusedAt = Long.MIN_VALUE;
    known = quarantined;
  }

  /** Whether Telegram has refused it of late. */
  boolean isRefused(long clock) {
    return quarantined && refusedAt <= clock && refusedAt > clock - 10 * MINUTE;
  }

  boolean isKnownToBeQuarantined() {
    known &= quarantined;
    return known;
  }

  void want(long agent, long clock) {
    wantedBy = agent;
    wantedUntil = clock + MINUTE;
  }

  void free(long clock, long coolDown) {
    owner = null;
    waitsSince = clock;
    freeAt = clock + coolDown;
  }

  /** Returns what makes it as it is now. */
  Runnable back() {
    AgentRow itsOwner = owner;
    long itsToken = token;
    long itsClaim = claimedAt;
    long itsWait = waitsSince;
    long itsFreedom = freeAt;
    boolean wasQuarantined = quarantined;
    long itsRefusal = refusedAt;
    int itsBadEnds = badEnds;
    return () -> {
      owner = itsOwner;
      token = itsToken;
      claimedAt = itsClaim;
      waitsSince = itsWait;
      freeAt = itsFreedom;
      quarantined = wasQuarantined;
      refusedAt = itsRefusal;
      badEnds = itsBadEnds;
    };
  }

  @Override
  public String toString() {
    String state = quarantined ? "it is quarantined, and " : "";
    if (owner == null) return state + "nobody has it";
    return "%sagent %d has it (%s, %s)"
        .formatted(state, owner.id, owner.ended ? "ended" : "alive", owner.process);
  }
}
