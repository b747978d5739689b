package io.vibee.session;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps sessions, one for each user, with their {@code api_hash} encrypted, and a log of what
 * happened to them.
 *
 * <p>Guarantees, for every implementation:
 *
 * <ul>
 *   <li>A store that outlives its process encrypts each hash with AES-256. A hash is returned only
 *       as it was saved: a wrong key or a damaged hash is an error, never a wrong text.
 *   <li>Every change and its entry in the activity log are one transaction: both happen or neither.
 *   <li>A session that cannot be read is reported and never hides the others.
 *   <li>No error or log line holds a hash, a key or a password.
 *   <li>All methods may be called from many threads and processes at once.
 *   <li>No call waits forever: for a connection, for an answer, or for what others hold. The class
 *       that implements this interface names its bounds. They include the timeouts of a data source
 *       that the caller brings. A stream and a rotation are bounded in each of their steps, not as
 *       a whole, and the time that a consumer takes does not count.
 * </ul>
 *
 * <p>Every method throws {@link StoreUnavailableException} when the store cannot be reached or
 * fails, {@link SchemaVersionException} when its tables are missing, older or newer, {@link
 * MasterKeyMissingException} when it holds no key, {@link MasterKeyMismatchException} when its key
 * is kept elsewhere and this process does not hold it, and {@link IllegalStateException} after
 * {@link #close()}. Times come from the store's clock, to the microsecond.
 *
 * <p>A method that changes something throws {@link OutcomeUnknownException} when the connection was
 * lost while the change was committed. Nothing is known then: the change was made or not, and if
 * not, it will not be made later. Each of these methods says what calling it again does. Any other
 * error means that the call changed nothing, and will not.
 */
public interface SessionStore extends AutoCloseable {

  /**
   * Opens the store that {@code DATABASE_URL} or the file of {@code DATABASE_URL_FILE} names, for
   * programs that manage sessions. Agents use {@link SessionLoader}.
   *
   * @param environment the variables, such as {@link System#getenv()}
   * @return the store, which the caller closes; it may connect at its first use
   * @throws MisconfiguredException if a variable is missing, malformed or cannot be honoured, or no
   *     store for that URL is on the class path
   */
  static SessionStore fromEnvironment(Map<String, String> environment) {
    return StoreProviders.open(Environment.of(environment));
  }

  /**
   * Finds a user's session, active or not.
   *
   * @param userId the Telegram user's id, compared exactly
   * @return the session, or empty when the user has none
   * @throws UnreadableSessionException if there is one and it cannot be read
   */
  Optional<Session> findByUserId(String userId);

  /**
   * Finds a session by its id, active or not.
   *
   * @param sessionId the session's id, compared exactly
   * @return the session, or empty when there is none
   * @throws UnreadableSessionException if there is one and it cannot be read
   */
  Optional<Session> findBySessionId(String sessionId);

  /**
   * Streams every active session in the order in which they were added. Holds at most some
   * thousands in memory, however many there are, and decrypts in bulk. Hands over each session
   * once.
   *
   * <p>Both consumers are called by the calling thread while a connection is held, so they should
   * be quick. An exception of theirs ends the stream and reaches the caller unchanged.
   *
   * @param readable is given each session
   * @param unreadable is given each session that cannot be read
   */
  void forEachActive(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable);

  /**
   * Streams these sessions, active or not, in no particular order; ids that do not exist are passed
   * over. Hands over each session once, however often its id is given. Both consumers are called by
   * the calling thread; an exception of theirs ends the stream and reaches the caller unchanged.
   * Unless overridden, reads one session after the other.
   *
   * @param sessionIds the sessions
   * @param readable is given each session
   * @param unreadable is given each session that cannot be read
   */
  default void forEachById(
      Collection<String> sessionIds,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    Objects.requireNonNull(readable, "readable");
    Objects.requireNonNull(unreadable, "unreadable");
    for (String sessionId : Set.copyOf(sessionIds)) {
      Optional<Session> found;
      try {
        found = findBySessionId(sessionId);
      } catch (UnreadableSessionException e) {
        unreadable.accept(e.session());
        continue;
      }
      found.ifPresent(readable);
    }
  }

  /**
   * Adds a user's session, or updates it if the user has one. Saving the values that are already
   * stored changes nothing: no new revision, no log entry. All values are written, so saving a copy
   * that was read earlier undoes whatever changed in between, {@link #deactivate} included.
   *
   * <p>Stores every value but {@code lastSeenAt}, {@code createdAt}, {@code updatedAt}, {@code
   * revision} and {@code keyVersion}, which are the store's own. In {@code target_chats}, a chat
   * that is a decimal number of 64 bits is stored as a JSON number, a JSON object or array as
   * itself, and any other as a JSON string.
   *
   * @param session what to store
   * @return the session as stored, and whether it was added, changed or stored like this already
   * @throws SessionConflictException if another user has a session of that id
   * @throws OutcomeUnknownException if the connection was lost; saving the same again is safe: if
   *     it was stored, that changes nothing, unless others have changed it since
   */
  SaveResult<Session> save(Session session);

  /**
   * Lets agents load a session. A session that is already active stays as it is.
   *
   * @param sessionId the session's id
   * @return true if it was not active before
   * @throws SessionNotFoundException if there is no such session
   * @throws OutcomeUnknownException if the connection was lost; calling this again is safe
   */
  boolean activate(String sessionId);

  /**
   * Stops agents from loading a session, and keeps its values. A session that is already inactive
   * stays as it is.
   *
   * @param sessionId the session's id
   * @return true if it was active before
   * @throws SessionNotFoundException if there is no such session
   * @throws OutcomeUnknownException if the connection was lost; calling this again is safe
   */
  boolean deactivate(String sessionId);

  /**
   * Deletes a session for good. Its entries in the activity log stay.
   *
   * @param sessionId the session's id
   * @return true if there was one
   * @throws OutcomeUnknownException if the connection was lost; calling this again is safe, unless
   *     somebody has added a session of that id since, and returns false if it was deleted
   */
  boolean delete(String sessionId);

  /**
   * Notes that an agent holds these sessions now, as {@link #report} does with {@link
   * SessionReport#held} for each: sets {@code lastSeenAt}, and leaves the revision and the log
   * alone.
   *
   * @param sessionIds the sessions; unknown ids are ignored
   * @return how many sessions were noted; {@link #report} tells which
   * @throws OutcomeUnknownException if the connection was lost; calling this again is safe
   */
  default int touch(Collection<String> sessionIds) {
    return report(sessionIds.stream().map(SessionReport::held).toList()).size();
  }

  /**
   * Notes what an agent knows about the sessions that it holds: sets {@code lastSeenAt} of each,
   * and {@code authorized} where it is known and has changed; adds to the log a {@link
   * Activity#LOGIN} or {@link Activity#LOGOUT} for each such change, and an {@link Activity#ERROR}
   * for each error. Takes one statement, however many there are. If no report says more than {@link
   * SessionReport#held}, it sets {@code lastSeenAt} and does nothing else, so it needs no other
   * right than that.
   *
   * @param reports one for each session; of several for one session the last counts; unknown ids
   *     are ignored
   * @return the ids of the sessions that were noted, unmodifiable, in any order. An id that is
   *     absent is of no session, or of one whose row somebody else held for too long, and of which
   *     nothing was noted: report it again
   * @throws OutcomeUnknownException if the connection was lost; reporting the same again is safe,
   *     but adds each error to the log that may be there already
   */
  Set<String> report(Collection<SessionReport> reports);

  /**
   * Notes whether the account is logged in to Telegram.
   *
   * @param sessionId the session's id
   * @param authorized what the bridge says
   * @return true if that was a change
   * @throws SessionNotFoundException if there is no such session
   * @throws OutcomeUnknownException if the connection was lost; calling this again is safe
   */
  boolean markAuthorized(String sessionId, boolean authorized);

  /**
   * Adds an entry to a session's activity log.
   *
   * @param sessionId the session's id, or {@link Activity#ALL_SESSIONS}
   * @param type what happened, such as {@link Activity#LOGIN}: 1 to 50 characters, not all of them
   *     blank, none a control character
   * @param details values that JSON can hold; never put a secret here
   * @throws SessionNotFoundException if there is no such session
   * @throws IllegalArgumentException if the type breaks those limits, if a detail cannot be written
   *     as JSON or holds a zero character, or if the details are longer than {@link
   *     Activity#MAX_DETAILS_BYTES}
   * @throws OutcomeUnknownException if the connection was lost; calling this again may add the
   *     entry a second time, so read the log before
   */
  void recordActivity(String sessionId, String type, Map<String, ?> details);

  /**
   * Reads the activity log, newest first.
   *
   * @param query which entries to read
   * @return the entries, an unmodifiable list
   */
  List<Activity> activity(ActivityQuery query);

  /**
   * Checks that the store can be used now, at the cost of a round trip or two; for health checks.
   * Throws what any other method would throw if it cannot.
   */
  void check();

  /**
   * Tells whether this store only reads, since it was opened for a server that takes no changes,
   * such as a standby. Methods that would change something then throw {@link
   * ReadOnlyStoreException} and ask the database nothing; all others work. Works on a closed store,
   * too.
   *
   * @return true if it only reads
   */
  default boolean readOnly() {
    return false;
  }

  /**
   * Returns this store as one that also can what the interface says, such as a {@link
   * ManagedSessionStore}, a {@link KeyRotation}, {@link SessionLeases}, {@link SessionChanges} or a
   * {@link Diagnostics}. Ask here rather than with {@code instanceof}, since a store that wraps
   * another one passes the question on.
   *
   * <p>Asks nothing of the database, so it throws none of the exceptions that all others throw.
   *
   * @param <T> the type of the ability
   * @param ability the interface that the store is to have
   * @return this store, or the one inside it; it works on the same sessions, and needs no closing
   *     of its own. Empty if neither has the ability
   */
  default <T> Optional<T> as(Class<T> ability) {
    return ability.isInstance(this) ? Optional.of(ability.cast(this)) : Optional.empty();
  }

  /** Closes all connections that this store opened. Further calls do nothing. */
  @Override
  void close();
}
