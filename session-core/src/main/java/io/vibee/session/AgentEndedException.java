package io.vibee.session;

/**
 * The agent has ended: its peers declared it dead, or it has left. Whatever it held may belong to
 * others by now. Nothing was done.
 */
public final class AgentEndedException extends SessionException {
  private final long agentId;

  /**
   * Creates the error.
   *
   * @param agentId the agent
   */
  public AgentEndedException(long agentId) {
    super(
        "agent "
            + agentId
            + " has ended, since others saw no beat of it for as long as it allowed, or it has left:"
            + " disconnect all its sessions, then register again");
    this.agentId = agentId;
  }

  /**
   * Returns the agent.
   *
   * @return its id
   */
  public long agentId() {
    return agentId;
  }
}
