package io.vibee.session.testkit.memory;

import io.vibee.session.AgentEndedException;
import io.vibee.session.FleetWorld;
import io.vibee.session.Lease;
import io.vibee.session.OtherTimelineException;
import io.vibee.session.StaleLeaseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The agents and leases of a store; guarded by the lock of {@link MemoryTables}. */
final class MemoryFleet {
  private static final int TIMELINE_BITS = 40;

  private final Map<Long, MemoryAgent> agents = new TreeMap<>();
  private final Map<String, MemoryLease> leases = new LinkedHashMap<>();
  private long lastAgentId;
  private FleetWorld world = new FleetWorld(1, 1);
  private long settled = 1;

  /** Why nothing may be claimed; null if it may. */
  @Nullable String stoppedWhy;

  /** Since when; null if it may. */
  @Nullable Instant stoppedAt;

  FleetWorld world() {
    return world;
  }

  boolean isSettled() {
    return settled == world.timeline();
  }

  void settle() {
    settled = world.timeline();
  }

  /** Becomes the same data on a server that has broken down and started again. */
  void restart() {
    world = new FleetWorld(world.id() + 1, world.timeline());
  }

  /** Becomes the same data on a standby that was promoted. */
  void promote() {
    world = new FleetWorld(world.id() + 1, world.timeline() + 1);
  }

  /** Returns the next number above one, and above all that an earlier timeline gave. */
  private long above(long number) {
    return Math.max(number, world.timeline() << TIMELINE_BITS) + 1;
  }

  long nextAgentId() {
    lastAgentId = above(lastAgentId);
    return lastAgentId;
  }

  long nextToken(MemoryLease lease) {
    return above(lease.token);
  }

  void add(MemoryAgent agent) {
    agents.put(agent.id, agent);
  }

  @Nullable MemoryAgent living(long agentId) {
    @Nullable MemoryAgent agent = agents.get(agentId);
    return agent == null || agent.hasEnded() ? null : agent;
  }

  MemoryAgent required(long agentId) {
    @Nullable MemoryAgent agent = living(agentId);
    if (agent == null) throw new AgentEndedException(agentId);
    return agent;
  }

  void requireTimeline(long known) {
    if (known != world.timeline()) throw new OtherTimelineException(known, world.timeline());
  }

  List<MemoryAgent> living() {
    return agents.values().stream().filter(agent -> !agent.hasEnded()).toList();
  }

  /** Returns all, those that have ended included, in the order of their ids. */
  Collection<MemoryAgent> agents() {
    return agents.values();
  }

  @Nullable MemoryLease lease(String sessionId) {
    return leases.get(sessionId);
  }

  /** Returns the lease if the agent holds it under this token. */
  @Nullable MemoryLease held(long agentId, Lease lease) {
    @Nullable MemoryLease stored = leases.get(lease.sessionId());
    boolean its =
        stored != null
            && stored.holder != null
            && stored.holder.id == agentId
            && stored.token == lease.token();
    return its ? stored : null;
  }

  Collection<MemoryLease> leases() {
    return leases.values();
  }

  List<MemoryLease> heldBy(MemoryAgent agent) {
    return leases.values().stream().filter(lease -> lease.holder == agent).toList();
  }

  /** A session was added. */
  void follow(String sessionId, boolean active, Instant now) {
    leases.computeIfAbsent(sessionId, id -> new MemoryLease(id, active, now)).runnable = active;
  }

  /** A session was changed; it may have had another id before. */
  void follow(
      String earlierId, String sessionId, boolean active, @Nullable Instant seenAt, Instant now) {
    follow(sessionId, active, now);
    if (earlierId.equals(sessionId)) return;
    gone(earlierId);
    @Nullable MemoryLease earlier = leases.get(earlierId);
    boolean reportedHere = earlier != null && earlier.holder != null && !earlier.holder.hasEnded();
    if (reportedHere) Objects.requireNonNull(leases.get(sessionId)).knownSeenAt = seenAt;
  }

  void gone(String sessionId) {
    @Nullable MemoryLease lease = leases.get(sessionId);
    if (lease != null) lease.runnable = false;
  }

  /** Refuses a change of somebody who has lost what it relies on. */
  void requireHeld(Collection<Lease> relied) {
    List<String> stale = new ArrayList<>();
    for (Lease each : relied) {
      @Nullable MemoryLease stored = leases.get(each.sessionId());
      @Nullable MemoryAgent holder = stored == null ? null : stored.holder;
      boolean isHeld =
          holder != null && !holder.hasEnded() && stored != null && stored.token == each.token();
      if (!isHeld) stale.add(each.sessionId());
    }
    if (!stale.isEmpty()) throw new StaleLeaseException(stale.stream().sorted().toList());
  }
}
