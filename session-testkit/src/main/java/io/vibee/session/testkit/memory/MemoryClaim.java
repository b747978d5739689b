package io.vibee.session.testkit.memory;

import io.vibee.session.AgentMark;
import io.vibee.session.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gives an agent sessions that nobody has, those last that may be what kills their holders; runs
 * within a transaction of the tables.
 */
final class MemoryClaim {
  /** A session that somebody who takes no part has reported so long ago is not run there. */
  static final Duration OTHERS_SILENCE = Duration.ofMinutes(5);

  private static final Duration OVERDUE = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofMinutes(10);
  private static final int DEATHS = 3;

  /** How many suspects an agent gets at once, and how many of the dead's a claim looks at. */
  private static final int SUSPECTS = 50;

  private static final int TRIED = 2_500;

  private final MemoryTables tables;
  private final MemoryFleet fleet;
  private final MemoryAgent agent;
  private final Instant now;
  private final List<Lease> taken = new ArrayList<>();
  private final @Nullable String only;
  private int room;
  private int roomForTried = TRIED;

  private MemoryClaim(MemoryTables tables, MemoryAgent agent, int atMost, @Nullable String only) {
    this.tables = tables;
    this.fleet = tables.fleet();
    this.agent = agent;
    this.now = tables.now();
    this.only = only;
    boolean takes =
        agent.mark == AgentMark.TAKING
            && fleet.stoppedWhy == null
            && !holdsSuspect(fleet, agent, now);
    this.room = takes ? atMost : 0;
  }

  static List<Lease> run(
      MemoryTables tables, MemoryAgent agent, int atMost, @Nullable String only) {
    MemoryClaim claim = new MemoryClaim(tables, agent, atMost, only);
    claim.orphans();
    if (only == null) claim.many();
    else claim.free(lease -> !lease.isWantedByOther(agent, claim.now), 1);
    tables.fleet().settle();
    return claim.taken;
  }

  /**
   * Gives what the agent asked for, then what is free; suspects if there was nothing else. Those
   * that have waited for long come first every other ten seconds.
   */
  private void many() {
    boolean theirTurn = Math.floorMod(now.getEpochSecond() / OVERDUE.toSeconds(), 2) == 0;
    boolean overdue = theirTurn && fleet.leases().stream().anyMatch(this::isOverdue);
    if (overdue) suspects();
    boolean others = !overdue || taken.stream().noneMatch(this::isSuspect);
    if (others) {
      free(lease -> lease.badEnds == 0 && lease.wantedBy == agent, room);
      free(lease -> lease.badEnds == 0 && !lease.isWantedByOther(null, now), room);
    }
    if (!overdue) suspects();
  }

  private void suspects() {
    Predicate<MemoryLease> suspect =
        lease -> lease.badEnds > 0 && !lease.isWantedByOther(agent, now);
    if (taken.isEmpty()) free(suspect.and(lease -> lease.badEnds >= DEATHS - 1), 1);
    if (taken.isEmpty()) free(suspect.and(lease -> lease.badEnds < DEATHS - 1), SUSPECTS);
  }

  private boolean isOverdue(MemoryLease lease) {
    return lease.holder == null
        && lease.badEnds > 0
        && lease.shouldRun(now)
        && !lease.freeAt.isAfter(now.minus(OVERDUE));
  }

  private boolean isSuspect(Lease given) {
    return fleet.leases().stream()
        .anyMatch(lease -> lease.sessionId.equals(given.sessionId()) && lease.badEnds > 0);
  }

  /** Whether an agent holds a suspect that it has not been steady with, and so gets no more. */
  private static boolean holdsSuspect(MemoryFleet fleet, MemoryAgent agent, Instant now) {
    return fleet.heldBy(agent).stream()
        .anyMatch(
            lease ->
                lease.badEnds > 0
                    && lease.isUnsettled(agent)
                    && lease.claimedAt != null
                    && !lease.claimedAt.isAfter(now));
  }

  private void orphans() {
    for (MemoryAgent dead : List.copyOf(fleet.agents())) {
      @Nullable Instant endedAt = dead.endedAt;
      if (endedAt == null) continue;
      List<MemoryLease> left = fleet.heldBy(dead).stream().filter(this::isAsked).toList();
      if (room > 0) left.forEach(lease -> freeIfSuspect(lease, dead, endedAt));
      for (MemoryLease lease : left) {
        boolean others = only != null && lease.isWantedByOther(agent, now);
        if (room > 0 && lease.holder == dead && !isSuspect(lease, dead, endedAt) && !others) {
          orphan(lease, endedAt);
        }
      }
    }
  }

  /** Gives what its agent had been steady with, or had left. */
  private void orphan(MemoryLease lease, Instant endedAt) {
    lease.badEnds = 0;
    if (lease.shouldRun(now) && !isElsewhere(lease, endedAt)) give(lease);
    else letGo(lease, endedAt);
  }

  private boolean isElsewhere(MemoryLease lease, Instant endedAt) {
    @Nullable Instant seen = lastSeen(tables, lease);
    return seen != null && seen.isAfter(endedAt) && seen.isAfter(now.minus(OTHERS_SILENCE));
  }

  /** Leaves it to nobody, or to whoever takes no part and has reported it. */
  private void letGo(MemoryLease lease, Instant endedAt) {
    @Nullable Instant seen = lastSeen(tables, lease);
    if (seen != null && isElsewhere(lease, endedAt)) {
      lease.isElsewhere(now, earlier(seen, now).plus(OTHERS_SILENCE), seen);
    } else {
      lease.free(now, Duration.ZERO, seen);
    }
    lease.wantedBy = null;
  }

  /** Whether an agent that has ended had yet to be steady with it, and may have died of it. */
  private static boolean isSuspect(MemoryLease lease, MemoryAgent dead, Instant endedAt) {
    if (lease.claimedAt == null || !lease.isUnsettled(dead)) return false;
    return dead.clean ? lease.badEnds > 0 : lease.claimedAt.isAfter(endedAt.minus(SOON));
  }

  private void freeIfSuspect(MemoryLease lease, MemoryAgent dead, Instant endedAt) {
    if (roomForTried == 0 || !isSuspect(lease, dead, endedAt)) return;
    roomForTried--;
    if (!dead.clean) countDeath(lease, dead);
    letGo(lease, endedAt);
  }

  private void countDeath(MemoryLease lease, MemoryAgent dead) {
    lease.badEnds++;
    if (lease.badEnds < DEATHS || lease.quarantinedAt != null) return;
    lease.quarantinedAt = now;
    lease.reason = "holders died";
    Map<String, Object> details =
        Map.of(
            "agent",
            dead.id,
            "token",
            lease.token,
            "reason",
            "holders died",
            "bad_ends",
            lease.badEnds);
    tables.log().addChange(lease.sessionId, null, "session_quarantined", details, null, now);
  }

  /** Gives some of what is free, in the order in which it became so. */
  private void free(Predicate<MemoryLease> which, int atMost) {
    List<MemoryLease> free =
        fleet.leases().stream()
            .filter(lease -> lease.isFree(now) && isAsked(lease) && which.test(lease))
            .sorted(
                Comparator.<MemoryLease, Instant>comparing(lease -> lease.freeAt)
                    .thenComparing(lease -> lease.sessionId))
            .toList();
    int given = 0;
    for (MemoryLease lease : free) {
      if (room == 0 || given == atMost) return;
      @Nullable Instant seen = lastSeen(tables, lease);
      if (seen != null && isSign(lease, seen, now)) {
        Instant until = earlier(seen, now).plus(OTHERS_SILENCE);
        lease.isElsewhere(now, later(until, now.plusSeconds(1)), seen);
      } else {
        give(lease);
        given++;
      }
    }
  }

  private boolean isAsked(MemoryLease lease) {
    return only == null || only.equals(lease.sessionId);
  }

  private void give(MemoryLease lease) {
    lease.give(agent, fleet.nextToken(lease), now);
    taken.add(new Lease(lease.sessionId, lease.token));
    room--;
  }

  /** Whether somebody who takes no part runs a session that nobody holds. */
  static boolean isSign(MemoryLease lease, Instant seen, Instant now) {
    return seen.isAfter(now.minus(OTHERS_SILENCE)) && !seen.equals(lease.knownSeenAt);
  }

  static @Nullable Instant lastSeen(MemoryTables tables, MemoryLease lease) {
    @Nullable MemoryRow row = tables.ofSession(lease.sessionId);
    return row == null ? null : row.values().lastSeenAt();
  }

  static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }
}
