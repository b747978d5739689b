package io.vibee.session.testkit.memory;

import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells an agent of the fleet. */
final class MemoryView {
  private static final int MOST_WANTED = 1000;

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
        wanted(fleet, me, now));
  }

  private static FleetAgent peer(MemoryFleet fleet, MemoryAgent agent) {
    AgentRegistration told = agent.registration;
    AgentRegistration.Builder shown =
        AgentRegistration.builder("agent " + agent.id, told.silence(), told.capacity())
            .generation(told.generation());
    told.machine().ifPresent(machine -> shown.process(machine, told.process().orElseThrow()));
    return new FleetAgent(
        agent.id, agent.beat, agent.mark, fleet.heldBy(agent).size(), shown.build());
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
