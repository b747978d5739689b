package io.vibee.session.agent.fleet;

import java.util.List;
import java.util.Set;

/**
 * What a confirmed beat tells an agent of the fleet, read in the same statement.
 *
 * @param me the agent itself, {@link Peer#held} as the database counts it
 * @param peers the other agents that have not ended
 * @param runnable how many sessions should run, owned or not
 * @param free how many of them can be claimed now
 * @param wanted the agent's sessions that others ask for
 */
public record FleetView(
    World world, Peer me, List<Peer> peers, int runnable, int free, Set<String> wanted) {
  public FleetView {
    peers = List.copyOf(peers);
    wanted = Set.copyOf(wanted);
  }
}
