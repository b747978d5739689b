package io.vibee.session;

import java.util.List;
import java.util.Objects;

/**
 * A fleet at the moment of a beat.
 *
 * @param world where it lives
 * @param settled whether an agent that has waited since the last promotion has claimed, or the
 *     fleet was set up in this world. If not, sessions may run of which nobody knows: claim nothing
 *     before the longest silence of all agents is over, nor end anybody by what was seen before
 * @param agents all that have not ended, the one that asked included, in the order of their ids
 * @param runnable how many sessions there are to share: held, claimable or cooling down. Those that
 *     nobody holds are counted up to some thousands
 * @param claimable how many of them may be claimed now: none while the fleet is stopped. Some may
 *     turn out to be run by an agent that takes no part
 * @param stopped whether nothing may be claimed
 * @param refused how many sessions their holders have {@linkplain SessionLeases#quarantine(long,
 *     Lease, String) quarantined} within the last ten minutes, and nobody has cleared since: up to
 *     1,000. Those that operators quarantined do not count, nor those whose holders died
 * @param wanted sessions of the one that asked that others want
 * @param awaited sessions that the one that asked wants, and does not hold yet
 */
public record FleetView(
    FleetWorld world,
    boolean settled,
    List<FleetAgent> agents,
    int runnable,
    int claimable,
    boolean stopped,
    int refused,
    List<String> wanted,
    List<String> awaited) {
  /** Copies the lists. */
  public FleetView {
    Objects.requireNonNull(world, "world");
    agents = List.copyOf(agents);
    wanted = List.copyOf(wanted);
    awaited = List.copyOf(awaited);
  }
}
