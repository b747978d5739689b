package io.vibee.session.agent.fleet;

import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Counts what {@code session_fleet_beat} tells. */
final class ModelView {
  private ModelView() {}

  static FleetView of(
      ModelServer server,
      Collection<AgentRow> agents,
      Collection<LeaseRow> leases,
      AgentRow me,
      boolean stopped) {
    long clock = server.clock();
    for (AgentRow row : agents) row.held = 0;
    int claimable = 0;
    int runnable = 0;
    int refused = 0;
    List<String> wanted = new ArrayList<>();
    List<String> awaited = new ArrayList<>();
    for (LeaseRow each : leases) {
      if (each.isRefused(clock)) refused++;
      if (each.wantedBy == me.id && each.isWanted(clock) && each.owner != me) {
        awaited.add(each.session);
      }
      AgentRow owner = each.owner;
      if (owner != null) owner.held++;
      boolean held = owner != null && !owner.ended;
      boolean free = !held && each.isClaimable(clock);
      if (free) claimable++;
      if (held || free || (!each.quarantined && each.isCooling(clock))) runnable++;
      if (owner == me && each.isReservedFrom(me.id, clock)) wanted.add(each.session);
    }
    List<FleetAgent> living = new ArrayList<>();
    for (AgentRow row : agents) {
      if (!row.ended) living.add(row.told());
    }
    return new FleetView(
        server.world(),
        server.isSettled(),
        living,
        runnable,
        stopped ? 0 : claimable,
        stopped,
        refused,
        wanted,
        awaited);
  }
}
