package io.vibee.session.testkit.memory;

import io.vibee.session.Lease;
import io.vibee.session.SessionHolding;
import io.vibee.session.SessionHolding.State;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tells who holds a session, or why it does not run. */
final class MemoryHoldings {
  private MemoryHoldings() {}

  static SessionHolding of(MemoryTables tables, MemoryLease lease) {
    State state = state(tables, lease);
    @Nullable MemoryAgent agent = lease.holder;
    return new SessionHolding(
        new Lease(lease.sessionId, lease.token),
        state,
        detail(tables, lease, state),
        until(tables, lease, state),
        agent != null ? lease.claimedAt : lease.quarantinedAt,
        agent == null ? null : agent.id,
        agent == null ? null : agent.registration.name(),
        agent == null ? null : agent.registration.address().orElse(null));
  }

  private static State state(MemoryTables tables, MemoryLease lease) {
    Instant now = tables.now();
    @Nullable MemoryAgent agent = lease.holder;
    if (agent == null && tables.ofSession(lease.sessionId) == null) return State.DELETED;
    if (lease.quarantinedAt != null) return State.QUARANTINED;
    if (agent != null && !agent.hasEnded()) return State.HELD;
    if (!lease.runnable) return State.INACTIVE;
    if (lease.isQuiet(now)) return State.QUIET;
    if (tables.fleet().stoppedWhy != null) return State.STOPPED;
    if (tables.fleet().living().isEmpty()) return State.NO_AGENT;
    if (agent != null) return State.ORPHANED;
    @Nullable Instant seen = MemoryClaim.lastSeen(tables, lease);
    if (seen != null && MemoryClaim.isSign(lease, seen, now)) return State.ELSEWHERE;
    if (!lease.waits(now)) return State.FREE;
    return lease.elsewhere ? State.ELSEWHERE : State.COOLING;
  }

  private static @Nullable String detail(MemoryTables tables, MemoryLease lease, State state) {
    if (state == State.QUARANTINED) return lease.reason;
    return state == State.STOPPED ? tables.fleet().stoppedWhy : null;
  }

  private static @Nullable Instant until(MemoryTables tables, MemoryLease lease, State state) {
    if (state == State.QUIET) return lease.quietUntil;
    if (state == State.COOLING) return lease.freeAt;
    if (state != State.ELSEWHERE) return null;
    @Nullable Instant seen = MemoryClaim.lastSeen(tables, lease);
    if (seen == null) return lease.freeAt; // of another row since
    Instant until = MemoryClaim.earlier(seen, tables.now()).plus(MemoryClaim.OTHERS_SILENCE);
    return lease.elsewhere ? MemoryClaim.later(until, lease.freeAt) : until;
  }
}
