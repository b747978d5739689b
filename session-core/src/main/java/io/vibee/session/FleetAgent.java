package io.vibee.session;

import java.util.Objects;

/**
 * An agent that has not ended, as a peer sees it.
 *
 * @param agentId its id
 * @param beat its latest beat
 * @param mark what it is to do
 * @param held how many sessions it holds, as claims and releases have been committed
 * @param running how many of them were connected and healthy at its latest beat
 * @param steady whether it has been {@linkplain AgentHealth#steady steady} at some time
 * @param registration what it told of itself; without name and address, which are for people
 */
public record FleetAgent(
    long agentId,
    long beat,
    AgentMark mark,
    int held,
    int running,
    boolean steady,
    AgentRegistration registration) {
  /** Checks that nothing is null. */
  public FleetAgent {
    Objects.requireNonNull(mark, "mark");
    Objects.requireNonNull(registration, "registration");
  }
}
