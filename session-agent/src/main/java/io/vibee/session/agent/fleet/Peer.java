package io.vibee.session.agent.fleet;

import java.time.Duration;

/**
 * An agent of the fleet, as the database has it.
 *
 * @param beat its last sign of life
 * @param silence how long it may be silent, by its own settings
 * @param held how many sessions it owns
 */
public record Peer(
    long id, long beat, Duration silence, int generation, int capacity, int held, State state) {
  /** What an operator, or the agent itself, has decided about it. */
  public enum State {
    /** Takes sessions, and hands over what it has too many of. */
    TAKING,

    /** Takes none, keeps what it has. */
    CORDONED,

    /** Lets go of all. */
    DRAINING
  }
}
