package io.vibee.session.testkit.memory;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a session, and from when on others may; outlives the session, as its token does.
 * Guarded by the lock of {@link MemoryTables}.
 */
final class MemoryLease {
  static final Duration WANTED = Duration.ofMinutes(1);

  final String sessionId;
  @Nullable MemoryAgent holder;
  long token;
  @Nullable Instant claimedAt;

  /** It waits while the clock is between these two, and not where the clock has jumped back. */
  Instant waitsSince;

  Instant freeAt;

  /** What {@code lastSeenAt} was when nobody else ran it. */
  @Nullable Instant knownSeenAt;

  /** Whether it waits because somebody runs it who takes no part. */
  boolean elsewhere;

  boolean runnable;
  @Nullable MemoryAgent wantedBy;
  Instant wantedUntil = Instant.MIN;
  @Nullable Instant quarantinedAt;
  @Nullable String reason;

  /** Whether its holder quarantined it. */
  boolean byHolder;

  @Nullable Instant quietUntil;
  int badEnds;

  MemoryLease(String sessionId, boolean runnable, Instant now) {
    this.sessionId = sessionId;
    this.runnable = runnable;
    this.waitsSince = now;
    this.freeAt = now;
  }

  /** Whether it should run, whoever holds it. */
  boolean shouldRun(Instant now) {
    return runnable && quarantinedAt == null && !isQuiet(now);
  }

  /** Whether an agent that holds it, or held it, has not been steady since it got it. */
  boolean isUnsettled(MemoryAgent agent) {
    return claimedAt != null && (agent.steadyAt == null || claimedAt.isAfter(agent.steadyAt));
  }

  boolean isQuiet(Instant now) {
    return quietUntil != null && quietUntil.isAfter(now);
  }

  boolean waits(Instant now) {
    return freeAt.isAfter(now) && !waitsSince.isAfter(now);
  }

  boolean isFree(Instant now) {
    return holder == null && shouldRun(now) && !waits(now);
  }

  boolean isWantedByOther(@Nullable MemoryAgent agent, Instant now) {
    return wantedBy != agent && isWanted(now);
  }

  boolean isWanted(Instant now) {
    return wantedBy != null && wantedUntil.isAfter(now) && !wantedUntil.isAfter(now.plus(WANTED));
  }

  /** Whether its holder has quarantined it within some time, by a clock that has not jumped. */
  boolean wasRefused(Instant now, Duration lately) {
    return byHolder
        && quarantinedAt != null
        && quarantinedAt.isAfter(now.minus(lately))
        && !quarantinedAt.isAfter(now);
  }

  void give(MemoryAgent agent, long newToken, Instant now) {
    holder = agent;
    token = newToken;
    claimedAt = now;
    elsewhere = false;
    wantedBy = null;
  }

  /** Leaves it to nobody for a while. */
  void free(Instant now, Duration wait, @Nullable Instant lastSeenAt) {
    holder = null;
    waitsSince = now;
    freeAt = now.plus(wait);
    knownSeenAt = lastSeenAt;
    elsewhere = false;
  }

  /** Keeps it for as long as whoever takes no part may be silent. */
  void isElsewhere(Instant now, Instant until, Instant lastSeenAt) {
    holder = null;
    waitsSince = now;
    freeAt = until;
    knownSeenAt = lastSeenAt;
    elsewhere = true;
  }
}
