package io.vibee.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which of several agents owns which session, so that each session has one owner at a time.
 * Telegram kills a session that is connected twice.
 *
 * <p>An agent registers, and then beats, well within the silence that it registered with. It claims
 * sessions and starts them; it releases a session after its connection is closed. Whoever has seen
 * a peer's beat unchanged for as long as that peer's silence, by a clock that never jumps, ends it,
 * and others claim what it held. Nothing here compares a beat with a clock of the store's.
 *
 * <p>Guarantees, for every implementation:
 *
 * <ul>
 *   <li>No two agents hold a session at once.
 *   <li>The tokens of a session only grow, also where the store has lost what it had confirmed.
 *   <li>An agent that was ended claims nothing any more, and its id is never used again.
 *   <li>No call waits for whoever writes sessions, and none delays a beat for long.
 *   <li>A session keeps its token when it is deactivated, deleted or added again.
 * </ul>
 *
 * <p>Every method throws what those of {@link SessionStore} do, {@link SchemaVersionException} also
 * where the tables of the fleet are missing, and {@link OutcomeUnknownException} when the
 * connection was lost while a change was committed: read {@link #held} then, and compare.
 * Thread-safe.
 */
public interface SessionLeases {

  /**
   * Adds an agent, one incarnation of one process.
   *
   * @param registration what others need to know about it
   * @param beat its first beat: random, as all others
   * @return its id, and the world that it is in
   * @throws OutcomeUnknownException if the connection was lost; calling this again is safe, and may
   *     leave an agent that holds nothing, until its peers end it
   */
  RegisteredAgent register(AgentRegistration registration, long beat);

  /**
   * Shows that an agent lives, and tells it of the fleet.
   *
   * @param agentId the agent
   * @param beat a random number, another one each time. A counter could repeat after a failover
   * @param health how the agent is
   * @return the fleet; empty if the agent has ended, and has to stop all that it holds at once
   * @throws OutcomeUnknownException if the connection was lost; the agent must then count as not
   *     having beaten
   */
  Optional<FleetView> beat(long agentId, long beat, AgentHealth health);

  /**
   * Ends an agent whose beat is still the one that was seen. What it holds can be claimed then.
   *
   * @param peerId the agent
   * @param seenBeat its beat, as {@link #beat} told it
   * @return false if it has beaten since, or has ended; waits for a claim of its
   * @throws OutcomeUnknownException if the connection was lost; calling this again is safe
   */
  boolean end(long peerId, long seenBeat);

  /**
   * Gives an agent sessions that are active and that nobody holds: those of agents that have ended
   * first, then those that have been free for the longest. None that is quarantined, quiet, cooling
   * down, wanted by another agent or reported by an agent that takes no part, and none at all while
   * the fleet is stopped, or for an agent that is not {@link AgentMark#TAKING}.
   *
   * <p>Any claim, also one of no session, tells the store that its agent has waited since the last
   * promotion, see {@link FleetView#settled}.
   *
   * <p>A session may be what kills its holders. If others end an agent within ten minutes after it
   * claimed a session, and it has not been {@linkplain AgentHealth#steady steady} in between, the
   * session is a suspect. Suspects are given when there is nothing else to claim: up to 50 at a
   * time, one alone after the second such death; and whoever holds one is given nothing more until
   * it has been steady with it. After the third death the session is quarantined, {@code holders
   * died}. It is a suspect no more once a holder has been steady with it.
   *
   * @param agentId the agent
   * @param atMost how many
   * @param timeline the {@linkplain FleetWorld#timeline timeline} that the agent knows
   * @return the leases, each with a new token; in no particular order
   * @throws OtherTimelineException if the store is on another timeline
   * @throws AgentEndedException if the agent has ended
   */
  List<Lease> claim(long agentId, int atMost, long timeline);

  /**
   * Gives an agent one session, under the conditions of {@link #claim(long, int, long)}; a suspect
   * also while there are others to claim.
   *
   * @param agentId the agent
   * @param sessionId the session
   * @param timeline the {@linkplain FleetWorld#timeline timeline} that the agent knows
   * @return the lease, with a new token; empty if the agent may not have the session now, or if
   *     there is none
   * @throws OtherTimelineException if the store is on another timeline
   * @throws AgentEndedException if the agent has ended
   */
  Optional<Lease> claim(long agentId, String sessionId, long timeline);

  /**
   * Lists what an agent holds.
   *
   * @param agentId the agent
   * @param timeline the timeline that the agent knows: on another one it may hold again what it has
   *     released
   * @return its leases, in the order of the sessions' ids
   * @throws OtherTimelineException if the store is on another timeline
   * @throws AgentEndedException if the agent has ended
   */
  List<Lease> held(long agentId, long timeline);

  /**
   * Gives up sessions, whose connections are closed. Skips those that somebody is changing at this
   * moment: release them again. A release that comes late does no harm, since whoever holds a
   * session by then has another token; so never run a session again under a token that was given
   * back.
   *
   * @param agentId the agent
   * @param leases what to give up
   * @param coolDown how long nobody may claim them, at most an hour; where the store's clock jumps
   *     back, it is over
   * @return those that were released; others are still held, or not by this agent under this token
   */
  Set<Lease> release(long agentId, Collection<Lease> leases, Duration coolDown);

  /**
   * Ends an agent by its own will. If it still holds sessions, that depends on {@code
   * leaveOrphans}: with it, others may claim them at once; without, it stays, {@link
   * AgentMark#DRAINING}, until its peers end it.
   *
   * @param agentId the agent
   * @param leaveOrphans true only if none of its sessions is connected any more
   * @return how many sessions it still held
   * @throws AgentEndedException if the agent has ended already
   */
  int leave(long agentId, boolean leaveOrphans);

  /**
   * Says what an agent is to do, by an operator or by itself; it learns of it with its next beat.
   * Is logged as {@code agent_marked}.
   *
   * @param agentId the agent
   * @param mark what it is to do
   * @return false if there is no such agent, or it has ended
   */
  boolean mark(long agentId, AgentMark mark);

  /**
   * Asks the holder of a session for it. The holder learns of it with its next beat, and whoever
   * follows {@link SessionChanges} at once; for a minute, nobody else claims the session. Is logged
   * as {@code session_wanted}.
   *
   * @param agentId the agent that wants it
   * @param sessionId the session
   * @return false if that agent holds it, is not taking, or there is no such session; also while
   *     somebody is changing it
   */
  boolean want(long agentId, String sessionId);

  /**
   * Stops a session for everybody, until somebody {@linkplain #clear clears} it, since Telegram has
   * refused it in a way that trying again makes worse. Its holder still releases it.
   *
   * @param agentId its holder
   * @param lease what the holder has
   * @param reason why, for people: at most 255 characters. Never put a secret here
   * @return false if the agent does not hold it under this token
   */
  boolean quarantine(long agentId, Lease lease, String reason);

  /**
   * Stops a session for everybody by an operator's hand, whoever holds it.
   *
   * @param sessionId the session
   * @param reason why, for people: at most 255 characters. Never put a secret here
   * @return false if there is no such session
   */
  boolean quarantine(String sessionId, String reason);

  /**
   * Lets a session run again that was quarantined or quiet.
   *
   * @param sessionId the session
   * @return false if it was neither
   */
  boolean clear(String sessionId);

  /**
   * Keeps a session from being claimed before some time, since Telegram asked for a pause. What
   * runs goes on.
   *
   * @param agentId its holder
   * @param lease what the holder has
   * @param until when; at most 30 days ahead
   * @return false if the agent does not hold it under this token, or somebody is changing it at
   *     this moment
   */
  boolean quietUntil(long agentId, Lease lease, Instant until);

  /**
   * Stops the whole fleet from claiming. What runs goes on.
   *
   * @param reason why, for people: at most 255 characters
   * @return false if it was stopped already
   */
  boolean stop(String reason);

  /**
   * Lets the fleet claim again.
   *
   * @return false if it was not stopped
   */
  boolean resume();

  /**
   * Tells who holds a session, or why it does not run.
   *
   * @param sessionId the session
   * @return empty if there never was such a session
   */
  Optional<SessionHolding> find(String sessionId);

  /**
   * Tells who holds which session, and why the others do not run.
   *
   * @return all sessions, in the order of their ids
   */
  List<SessionHolding> list();

  /**
   * Tells the same of some sessions, without reading the others.
   *
   * @param sessionIds the sessions
   * @return those that there are or were, once each, in the order of their ids
   */
  List<SessionHolding> list(Collection<String> sessionIds);

  /**
   * Tells whether the fleet was stopped, and the store's time. Quick, however many sessions there
   * are.
   *
   * @return what {@link #stop} and {@link #resume} have left
   */
  FleetStatus status();

  /**
   * Counts the sessions by why they run or do not. Looks at all of them.
   *
   * @return how many sessions {@link #list} would tell of in each state, unmodifiable, in the order
   *     of the states; those of which there are none are left out
   */
  Map<SessionHolding.State, Long> counts();

  /**
   * Lists what must not be started by whoever takes no part: sessions that an agent holds, and
   * those in quarantine. {@link SessionLoader} skips them. Also for stores whose tables of the
   * fleet are missing, where it lists none, and for roles that have no rights on those.
   *
   * @return them, {@link SessionHolding.State#HELD} or {@link SessionHolding.State#QUARANTINED}, in
   *     the order of their ids
   */
  List<SessionHolding> taken();

  /**
   * Tells whether one session is among those.
   *
   * @param sessionId the session
   * @return who holds it, or why it is in quarantine; empty if whoever takes no part may start it
   */
  Optional<SessionHolding> taken(String sessionId);

  /**
   * Lists the agents, for people.
   *
   * @return those that have not ended, then those that have ended within the last week or so; each
   *     in the order of their ids
   */
  List<AgentSummary> agents();

  /**
   * Prepares a connection of its own for an agent's signs of life.
   *
   * @param timeout how long each call may take, connecting included; at least a millisecond
   * @return the connection, which the caller closes, before the store
   */
  FleetConnection connect(Duration timeout);

  /**
   * Returns a view of the store whose changes are made only if these leases are still held when
   * they are committed, by agents that have not ended. A change throws {@link StaleLeaseException}
   * otherwise, and changes nothing. The leases stay held until the change is committed.
   *
   * @param leases what the caller relies on
   * @return the view, which needs no closing of its own
   */
  ManagedSessionStore under(Collection<Lease> leases);
}
