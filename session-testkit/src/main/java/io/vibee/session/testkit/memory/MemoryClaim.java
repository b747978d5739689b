package io.vibee.session.testkit.memory;

import io.vibee.session.AgentMark;
import io.vibee.session.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Gives an agent sessions that nobody has; runs within a transaction of the tables. */
final class MemoryClaim {
  /** A session that somebody who takes no part has reported so long ago is not run there. */
  static final Duration OTHERS_SILENCE = Duration.ofMinutes(5);

  private static final Duration SOON = Duration.ofMinutes(10);
  private static final int DEATHS = 3;

  private final MemoryTables tables;
  private final MemoryFleet fleet;
  private final MemoryAgent agent;
  private final Instant now;
  private final List<Lease> taken = new ArrayList<>();
  private final @Nullable String only;
  private int room;

  private MemoryClaim(MemoryTables tables, MemoryAgent agent, int atMost, @Nullable String only) {
    this.tables = tables;
    this.fleet = tables.fleet();
    this.agent = agent;
    this.now = tables.now();
    this.only = only;
    boolean takes = agent.mark == AgentMark.TAKING && fleet.stoppedWhy == null;
    this.room = takes ? atMost : 0;
  }

  static List<Lease> run(
      MemoryTables tables, MemoryAgent agent, int atMost, @Nullable String only) {
    MemoryClaim claim = new MemoryClaim(tables, agent, atMost, only);
    claim.orphans();
    claim.free(lease -> lease.wantedBy == agent, Comparator.comparing(lease -> lease.freeAt));
    claim.free(
        lease -> !lease.isWantedByOther(null, claim.now),
        Comparator.comparing(lease -> lease.freeAt));
    tables.fleet().settle();
    return claim.taken;
  }

  private void orphans() {
    for (MemoryLease lease : List.copyOf(fleet.leases())) {
      @Nullable MemoryAgent holder = lease.holder;
      if (room == 0 || holder == null || !holder.hasEnded() || !isAsked(lease)) continue;
      Instant endedAt = Objects.requireNonNull(holder.endedAt);
      if (!holder.clean) countDeath(lease, holder, endedAt);
      @Nullable Instant seen = lastSeen(tables, lease);
      Instant recent = now.minus(OTHERS_SILENCE);
      if (seen != null && seen.isAfter(endedAt) && seen.isAfter(recent)) {
        lease.isElsewhere(now, earlier(seen, now).plus(OTHERS_SILENCE), seen);
        lease.wantedBy = null;
      } else if (lease.shouldRun(now)) {
        give(lease);
      } else {
        lease.free(now, Duration.ZERO, seen);
        lease.wantedBy = null;
      }
    }
  }

  /** It may be what kills its holders, if they die soon after they got it. */
  private void countDeath(MemoryLease lease, MemoryAgent dead, Instant endedAt) {
    boolean soon = lease.claimedAt != null && lease.claimedAt.isAfter(endedAt.minus(SOON));
    lease.badEnds = soon ? lease.badEnds + 1 : 1;
    if (!soon || lease.badEnds < DEATHS || lease.quarantinedAt != null) return;
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

  private void free(Predicate<MemoryLease> which, Comparator<MemoryLease> order) {
    List<MemoryLease> free =
        fleet.leases().stream()
            .filter(lease -> lease.isFree(now) && isAsked(lease) && which.test(lease))
            .sorted(order)
            .toList();
    for (MemoryLease lease : free) {
      if (room == 0) return;
      @Nullable Instant seen = lastSeen(tables, lease);
      if (seen != null && isSign(lease, seen, now)) {
        Instant until = earlier(seen, now).plus(OTHERS_SILENCE);
        lease.isElsewhere(now, later(until, now.plusSeconds(1)), seen);
      } else {
        give(lease);
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
