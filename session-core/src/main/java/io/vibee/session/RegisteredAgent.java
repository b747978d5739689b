package io.vibee.session;

import java.util.Objects;

/**
 * An agent that has registered.
 *
 * @param agentId its id, which is never used again
 * @param world the world that it is in
 * @param settled as in {@link FleetView}
 */
public record RegisteredAgent(long agentId, FleetWorld world, boolean settled) {
  /** Checks that nothing is null. */
  public RegisteredAgent {
    Objects.requireNonNull(world, "world");
  }
}
