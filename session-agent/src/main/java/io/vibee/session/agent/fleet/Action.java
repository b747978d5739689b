package io.vibee.session.agent.fleet;

import io.vibee.session.AgentHealth;
import io.vibee.session.Lease;
import java.time.Duration;
import java.util.List;

/**
 * What {@link LeaseProtocol} asks for. {@link Register} and {@link Beat} go over a connection of
 * their own; at most one of them is under way, and one {@link Work} beside it. Each is answered by
 * one call of the protocol, with an unknown outcome at the latest after the statement timeout.
 */
public sealed interface Action {
  /** Asks for an agent's row. */
  record Register() implements Action {}

  /** Gives a sign of life. */
  record Beat(long agent, long beat, AgentHealth health) implements Action {}

  /** An operation of the database, over any connection. */
  sealed interface Work extends Action {}

  /** Ends a peer whose beat is still the one that was seen. */
  record End(long peer, long beat) implements Work {}

  /** Claims free and orphaned sessions; refused by a database on another timeline. */
  record Claim(long agent, int atMost, long timeline) implements Work {}

  /** Claims one session by its name; refused as other claims are. */
  record ClaimOne(long agent, String session, long timeline) implements Work {}

  /**
   * Reads what the agent owns; refused by a database on another timeline, where it may own again
   * what it has released.
   */
  record ReadHeld(long agent, long timeline) implements Work {}

  /**
   * Lets go of sessions that are closed; others may have them after the cool-down. Those that
   * somebody changes at this moment are left out, and are to be released again.
   */
  record Release(long agent, List<Lease> leases) implements Work {}

  /** Keeps a session from everybody until an operator clears it. */
  record Quarantine(long agent, Lease lease, String reason) implements Work {}

  /** Keeps a session from being claimed for a while, since Telegram asked for a pause. */
  record Pause(long agent, Lease lease, Duration pause) implements Work {}

  /** Stops the whole fleet from starting anything more. */
  record Brake(String reason) implements Work {}

  /** Ends the agent, which owns nothing any more for all that it knows. */
  record Leave(long agent) implements Work {}

  /**
   * Starts a session. Who does it asks {@link LeaseProtocol#mayStart} in the moment before it
   * connects, and {@link LeaseProtocol#mayConnect} each time after that.
   */
  record Start(Lease lease) implements Action {}

  /** Closes a session, whose start may be under way. */
  record Stop(Lease lease, Reason reason) implements Action {}

  /** Ends the process, or whatever else is sure to close the connections: they did not end. */
  record GiveUp(List<Lease> open) implements Action {}

  /** Why a session is closed. */
  enum Reason {
    /** The database has not confirmed a beat for too long. */
    DEADLINE,
    /** The agent was declared dead. */
    DECLARED_DEAD,
    /** The database does not have the lease any more. */
    LOST,
    /** Others have too few sessions. */
    SURPLUS,
    /** Another agent asked for it. */
    WANTED,
    /** The agent drains. */
    DRAINING,
    /** It is to be quarantined. */
    FATAL
  }
}
