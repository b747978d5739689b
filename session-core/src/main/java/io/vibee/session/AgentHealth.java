package io.vibee.session;

/**
 * What an agent tells of itself with each beat.
 *
 * @param running how many of its sessions are connected and healthy
 * @param steady whether every session that it holds has been started and has settled, healthy or
 *     failing in a way of its own, and no claim was under way when the beat was sent. A death of
 *     the agent is blamed on no session that it held when it was last steady, see {@link
 *     SessionLeases#claim(long, int, long)}
 */
public record AgentHealth(int running, boolean steady) {
  /** Runs nothing yet, and cannot be called steady. */
  public static final AgentHealth STARTING = new AgentHealth(0, false);

  /** Checks the number. */
  public AgentHealth {
    if (running < 0) {
      throw new IllegalArgumentException("running must not be negative: " + running);
    }
  }
}
