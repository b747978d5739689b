package io.vibee.session;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A {@link SessionStore} that operators can manage: it lists sessions, changes some of their
 * values, and logs who made a change. It shows a session as a {@link SessionSummary}, without its
 * hash; nothing is decrypted for that, so sessions that cannot be read are shown too.
 *
 * <p>Guarantees, for every implementation, beyond those of {@link SessionStore}:
 *
 * <ul>
 *   <li>Two edits of one session happen one after the other, and neither overwrites a value that it
 *       does not set.
 *   <li>The activity log names the actor of every change made through {@link #actingAs}.
 * </ul>
 *
 * <p>Methods throw what those of {@link SessionStore} do, and wait no longer. Thread-safe.
 */
public interface ManagedSessionStore extends SessionStore {

  /**
   * Returns a view of this store for changes in somebody's name, which their log entries hold as
   * {@code actor}.
   *
   * @param actor who makes the changes, such as a token's name: 1 to 100 characters, not all of
   *     them blank, none a control character
   * @return the view, which has the abilities of this store, see {@link #as}; closing it does
   *     nothing, closing this store ends it
   * @throws IllegalArgumentException if the name breaks those limits
   */
  ManagedSessionStore actingAs(String actor);

  /**
   * Shows a user's session, active or not, readable or not.
   *
   * @param userId the Telegram user's id, compared exactly
   * @return the session without its hash, or empty when the user has none
   */
  Optional<SessionSummary> summaryOfUser(String userId);

  /**
   * Shows a session, active or not, readable or not.
   *
   * @param sessionId the session's id, compared exactly
   * @return the session without its hash, or empty when there is none
   */
  Optional<SessionSummary> summaryOfSession(String sessionId);

  /**
   * Lists sessions in the order in which they were added.
   *
   * @param query which of them
   * @return at most as many as the query asks for, fewer if they are long; an unmodifiable list,
   *     empty after the last session
   */
  List<SessionSummary> list(SessionQuery query);

  /**
   * Adds a user's session, or changes those of its values that the edit sets. An edit that changes
   * nothing leaves the revision and the log alone.
   *
   * @param edit the values, and the revision that it expects, if any
   * @return the session as it is stored now, and what happened to it
   * @throws SessionIncompleteException if the user has no session, and the edit lacks a value that
   *     a new one needs
   * @throws SessionChangedException if the session is not at the revision that the edit expects
   * @throws SessionConflictException if another user has a session of that id
   * @throws UnreadableSessionException if an id changes, so that the stored hash would have to be
   *     sealed again, and the hash cannot be read
   * @throws OutcomeUnknownException if the connection was lost; the same edit may be made again: if
   *     it was made, that changes nothing, unless others have changed those values since. One that
   *     expects a revision is then refused with a {@link SessionChangedException}, so that nobody's
   *     change is lost
   */
  SaveResult<SessionSummary> edit(SessionEdit edit);

  /**
   * Makes many edits, each as {@link #edit} makes it, in their order: adds sessions, and changes
   * stored ones. {@link SessionEdit#of(Session)} saves a session as it is. What one edit stored,
   * the next ones find, so a user may occur more than once. This belongs here rather than beside
   * {@link #save}, since a restored backup leaves values alone that are newer, and changes a
   * session only if it is at the revision that was compared.
   *
   * <p>A store may make many edits in one transaction. It holds at most some thousands in memory,
   * fewer if they are long, however many there are. An edit that is refused does not keep the
   * others from being made: one for which {@link #edit} throws a {@link
   * SessionIncompleteException}, {@link SessionChangedException}, {@link SessionConflictException},
   * {@link UnreadableSessionException} or {@link IllegalArgumentException}, or whose row the
   * store's own rules refuse. The log may hold the entries of one transaction in another order.
   *
   * <p>Each edit is handed to one of the consumers once it is settled, in the order of the edits.
   * The calling thread reads the edits and calls the consumers, while it holds no connection and no
   * lock, so both may be slow or call this store.
   *
   * <p>Any other error ends the call and reaches the caller, unchanged if the edits or a consumer
   * threw it. Edits that were handed over stay made, or refused; those that were not handed over
   * were not made, unless a consumer threw it: then some of them may have been. What was not yet
   * taken from the edits was not begun.
   *
   * @param edits the values, and the revisions that they expect, if any
   * @param saved is given each session as it is stored once its edit is made, and what happened to
   *     it
   * @param refused is given each edit that is refused, and why
   * @throws OutcomeUnknownException if the connection was lost: of the edits that were taken and
   *     not handed over, nothing is known. The same edits may be made again, as for {@link #edit}:
   *     those that were made change nothing, and those that expect a revision are then refused
   */
  default void editAll(
      Iterable<? extends SessionEdit> edits,
      Consumer<? super SaveResult<SessionSummary>> saved,
      Consumer<? super RefusedEdit> refused) {
    Objects.requireNonNull(saved, "saved");
    Objects.requireNonNull(refused, "refused");
    for (SessionEdit edit : edits) {
      SaveResult<SessionSummary> result;
      try {
        result = edit(edit);
      } catch (SessionIncompleteException
          | SessionChangedException
          | SessionConflictException
          | UnreadableSessionException
          | IllegalArgumentException e) {
        refused.accept(new RefusedEdit(edit.userId(), e));
        continue;
      }
      saved.accept(result);
    }
  }

  /**
   * Streams every session, active or not, as {@link #forEachActive} streams the active ones; for
   * backups and checks.
   *
   * @param readable is given each session
   * @param unreadable is given each session that cannot be read
   */
  void forEach(Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable);

  /**
   * Counts the sessions by state.
   *
   * @return the counts
   */
  SessionCounts counts();

  /**
   * Counts the entries of the activity log in spans of equal length.
   *
   * @param from where the first span starts, in the years 1 to 9999
   * @param span how long each is, a second to 366 days
   * @param spans how many, 1 to 1000
   * @return one count per span, the earliest first
   * @throws IllegalArgumentException if a number is out of bounds
   */
  List<ActivityCount> activityCounts(Instant from, Duration span, int spans);
}
