package io.vibee.session;

import java.util.List;
import java.util.function.Predicate;

/**
 * Changes the key of a {@link SessionStore} while agents keep reading and writing.
 *
 * <p>{@link #changeKey} makes a new key the current one at once: whatever is written from then on
 * is encrypted with it. {@link #rotate} then moves the existing sessions to it, in batches. Until
 * that is done, the earlier keys are still needed, and kept. A rotation that is killed or cancelled
 * loses nothing: call {@link #rotate} again, from any process, or from many at once. {@link #prune}
 * deletes a key that no session needs any longer.
 *
 * <pre>{@code
 * KeyRotation keys = store.as(KeyRotation.class).orElseThrow();
 * keys.changeKey(NewKey.generated());
 * keys.rotate();
 * }</pre>
 *
 * <p>Every key change, completed rotation and deleted key has an entry in the activity log, under
 * the session id {@code *}. Rotation does not count as a change to a session: it leaves revisions
 * as they are. {@link SessionStore#as} tells whether a store can rotate keys. Thread-safe.
 *
 * <p>Methods throw what those of {@link SessionStore} do, and do not wait forever either. A
 * rotation takes as long as there are sessions, but each of its batches is bounded: if somebody
 * holds a session for longer, it ends, and counts what is left.
 */
public interface KeyRotation {

  /**
   * Lists the keys that the store knows: the current one first, then the others from newest to
   * oldest.
   *
   * @return one entry for each version, never a key itself
   */
  List<KeyVersion> keys();

  /**
   * Makes a new key the current one. Existing sessions keep their key until {@link #rotate} moves
   * them. Does nothing if the new key is external and already the current one.
   *
   * @param key the new key
   * @return the current key
   * @throws MisconfiguredException if an external key is asked for and this store was opened
   *     without one
   * @throws OutcomeUnknownException if the connection was lost; look at {@link #keys()}. Calling
   *     this again is safe with a key of the caller's own, which is then the current one either
   *     way; {@link NewKey#generated()} may make one key more, which does no harm
   */
  KeyVersion changeKey(NewKey key);

  /**
   * Moves every session to the current key. Returns when none is left that can be moved, even if
   * the key is changed again meanwhile. Sessions that cannot be read stay as they are, and are
   * counted.
   *
   * @param keepGoing called on this thread after each batch, once it is committed; {@code false}
   *     cancels
   * @return how far it came
   * @throws OutcomeUnknownException if the connection was lost; call it again. As after any other
   *     error, the sessions of earlier batches have been moved
   */
  RotationProgress rotate(Predicate<? super RotationProgress> keepGoing);

  /**
   * Moves every session to the current key, as {@link #rotate(Predicate)} does, without a callback.
   *
   * @return how far it came
   */
  default RotationProgress rotate() {
    return rotate(progress -> true);
  }

  /**
   * Deletes an archived key for good. Anything still encrypted with it, such as a backup, can then
   * be read only with a copy of the key from elsewhere.
   *
   * @param version the version of the key
   * @return false if there is no such version
   * @throws KeyInUseException if it is the current one, or a session still needs it
   * @throws OutcomeUnknownException if the connection was lost; calling this again is safe, and
   *     returns false if the key was deleted
   */
  boolean prune(int version);
}
