package io.vibee.session.testkit.memory;

import io.vibee.session.AgentMark;
import io.vibee.session.AgentRegistration;
import io.vibee.session.AgentSummary;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells an agent of the fleet. */
final class MemoryView {
  private static final int MOST_WANTED = 1000;
  private static final int MOST_REFUSED = 1000;
  private static final Duration REFUSED_LATELY = Duration.ofMinutes(10);
  private static final Duration KEPT = Duration.ofDays(7);

  private MemoryView() {}

  static FleetView of(MemoryTables tables, MemoryAgent me) {
    MemoryFleet fleet = tables.fleet();
    Instant now = tables.now();
    int held = 0;
    int claimable = 0;
    int cooling = 0;
    for (MemoryLease lease : fleet.leases()) {
      @Nullable MemoryAgent holder = lease.holder;
      if (holder != null && !holder.hasEnded()) held++;
      else if (lease.isFree(now) || (holder != null && lease.shouldRun(now))) claimable++;
      else if (holder == null && lease.shouldRun(now) && !lease.elsewhere) cooling++;
    }
    boolean stopped = fleet.stoppedWhy != null;
    return new FleetView(
        fleet.world(),
        fleet.isSettled(),
        fleet.living().stream().map(agent -> peer(fleet, agent)).toList(),
        held + claimable + cooling,
        stopped ? 0 : claimable,
        stopped,
        refused(fleet, now),
        wanted(fleet, me, now),
        awaited(fleet, me, now));
  }

  private static FleetAgent peer(MemoryFleet fleet, MemoryAgent agent) {
    AgentRegistration told = agent.registration;
    AgentRegistration.Builder shown =
        AgentRegistration.builder("agent " + agent.id, told.silence(), told.capacity())
            .generation(told.generation());
    told.machine().ifPresent(machine -> shown.process(machine, told.process().orElseThrow()));
    return new FleetAgent(
        agent.id,
        agent.beat,
        agent.mark,
        fleet.heldBy(agent).size(),
        agent.running,
        agent.steadyAt != null,
        shown.build());
  }

  private static int refused(MemoryFleet fleet, Instant now) {
    long refused =
        fleet.leases().stream().filter(lease -> lease.wasRefused(now, REFUSED_LATELY)).count();
    return (int) Math.min(refused, MOST_REFUSED);
  }

  private static List<String> awaited(MemoryFleet fleet, MemoryAgent me, Instant now) {
    return fleet.leases().stream()
        .filter(lease -> lease.wantedBy == me && lease.holder != me && lease.isWanted(now))
        .map(lease -> lease.sessionId)
        .sorted()
        .limit(MOST_WANTED)
        .toList();
  }

  /** Lists the agents for people, as long as they are kept after they have ended. */
  static List<AgentSummary> agents(MemoryTables tables) {
    MemoryFleet fleet = tables.fleet();
    Instant recent = tables.now().minus(KEPT);
    return fleet.agents().stream()
        .filter(agent -> agent.endedAt == null || agent.endedAt.isAfter(recent))
        .sorted(Comparator.comparing(MemoryAgent::hasEnded).thenComparing(agent -> agent.id))
        .map(agent -> summary(fleet, agent))
        .toList();
  }

  private static AgentSummary summary(MemoryFleet fleet, MemoryAgent agent) {
    AgentRegistration told = agent.registration;
    return new AgentSummary(
        agent.id,
        told.name(),
        told.address(),
        told.generation(),
        told.capacity(),
        agent.hasEnded() ? agent.heldAtEnd : fleet.heldBy(agent).size(),
        agent.running,
        agent.steadyAt != null,
        agent.hasEnded() ? AgentMark.DRAINING : agent.mark,
        agent.hasEnded(),
        agent.clean,
        agent.startedAt,
        agent.seenAt,
        Optional.ofNullable(agent.endedAt),
        told.silence());
  }

  private static List<String> wanted(MemoryFleet fleet, MemoryAgent me, Instant now) {
    return fleet.heldBy(me).stream()
        .filter(lease -> lease.isWantedByOther(me, now))
        .map(lease -> lease.sessionId)
        .sorted()
        .limit(MOST_WANTED)
        .toList();
  }
}
