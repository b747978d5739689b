package io.vibee.session;

import java.util.Optional;

/**
 * A connection of its own for an agent's signs of life, apart from those of its store, so that a
 * pool that is exhausted, or a statement that hangs elsewhere, does not silence the agent. See
 * {@link SessionLeases#connect}.
 *
 * <p>It connects at the first call. After any error that connection is thrown away, and the next
 * call opens another. Each call ends within about the timeout that {@link SessionLeases#connect}
 * was given, whatever the network does; it throws what the methods of {@link SessionLeases} throw:
 * {@link OutcomeUnknownException} if the call may have been carried out, and {@link
 * StoreUnavailableException} if it was not.
 *
 * <p>Not for several threads at once, except for {@link #close}, which any thread may call, and
 * which ends a call that is under way.
 */
public interface FleetConnection extends AutoCloseable {

  /**
   * Adds an agent, as {@link SessionLeases#register} does.
   *
   * @param registration what others need to know about it
   * @param beat its first beat
   * @return its id, and the world that it is in
   */
  RegisteredAgent register(AgentRegistration registration, long beat);

  /**
   * Shows that an agent lives, as {@link SessionLeases#beat} does.
   *
   * @param agentId the agent
   * @param beat a random number, another one each time
   * @param health how it is
   * @return the fleet; empty if the agent has ended, and has to stop all that it holds at once
   */
  Optional<FleetView> beat(long agentId, long beat, AgentHealth health);

  /** Closes the connection; the store stays open. Further calls throw IllegalStateException. */
  @Override
  void close();
}
