package io.vibee.session;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A fleet as its operators see it: the agents, and why a session does not run. For people alone:
 * agents decide by what {@link SessionLeases#beat} tells them. Immutable.
 *
 * @param status whether the fleet was stopped, and the store's time
 * @param agents those that live, and those that have ended within the last days
 */
public record FleetOverview(FleetStatus status, List<AgentSummary> agents) {
  /** Copies the list. */
  public FleetOverview {
    Objects.requireNonNull(status, "status");
    agents = List.copyOf(agents);
  }

  /**
   * Reads a fleet, which takes two round trips, however many sessions it has.
   *
   * @param leases the leases of a store
   * @return the fleet as it is now
   */
  public static FleetOverview of(SessionLeases leases) {
    // The agents first: no beat is later than the time then, unless the store's clock jumps.
    List<AgentSummary> agents = leases.agents();
    return new FleetOverview(leases.status(), agents);
  }

  /**
   * Lists the agents that have not ended.
   *
   * @return them, silent ones included
   */
  public List<AgentSummary> living() {
    return agents.stream().filter(agent -> !agent.ended()).toList();
  }

  /**
   * Finds an agent.
   *
   * @param agentId its id
   * @return empty if there is none, or it ended long ago
   */
  public Optional<AgentSummary> agent(long agentId) {
    return agents.stream().filter(agent -> agent.agentId() == agentId).findFirst();
  }

  /**
   * Tells for how long an agent has not beaten.
   *
   * @param agent one of these
   * @return the time since its last beat; zero if the store's clock was set back since
   */
  public Duration unheard(AgentSummary agent) {
    Duration unheard = Duration.between(agent.seenAt(), status.at());
    return unheard.isNegative() ? Duration.ZERO : unheard;
  }

  /**
   * Tells whether an agent that has not ended has been silent for longer than it may: its process
   * is dead, stopped or cut off, and nobody has ended it yet.
   *
   * @param agent one of these
   * @return false for one that has ended
   */
  public boolean isSilent(AgentSummary agent) {
    return !agent.ended() && unheard(agent).compareTo(agent.silence()) > 0;
  }

  /**
   * Tells whether an agent could take one more session.
   *
   * @param agent one of these
   * @return true if it lives, is heard of, takes sessions and is not full
   */
  public boolean hasRoom(AgentSummary agent) {
    return !agent.ended()
        && !isSilent(agent)
        && agent.mark() == AgentMark.TAKING
        && agent.held() < agent.capacity();
  }

  /**
   * Tells whether a session runs, as far as is known: an agent holds it that is not silent.
   *
   * @param holding who holds it, or why it does not run, read a moment ago
   * @return false also if its agent is silent: nobody knows then
   */
  public boolean runs(SessionHolding holding) {
    return holding.state() == SessionHolding.State.HELD
        && holding.agentId().flatMap(this::agent).filter(this::isSilent).isEmpty();
  }

  /**
   * Says in one line where a session runs; or why it does not, and what to do about it.
   *
   * @param holding who holds it, or why it does not run, read a moment ago
   * @return a sentence without a full stop, in which nothing ends a line or means something to a
   *     terminal
   */
  public String explain(SessionHolding holding) {
    return StoredTexts.printableLine(new HoldingExplained(this, holding).line());
  }
}
