package io.vibee.session;

import java.util.List;
import java.util.function.Predicate;

/**
 * Changes the key of a {@link SessionStore} while agents go on reading and writing.
 *
 * <p>{@link #changeKey} makes a new key the current one at once: what is written from then on is
 * encrypted with it. {@link #rotate} then moves the sessions that are there, in batches. Until that
 * is done, the earlier keys are needed and kept. A rotation that is killed or cancelled loses
 * nothing: call {@link #rotate} again, from any process, or from many at once. {@link #prune}
 * deletes a key that no session needs any more.
 *
 * <pre>{@code
 * store.changeKey(NewKey.generated());
 * store.rotate();
 * }</pre>
 *
 * <p>Every key change, completed rotation and deleted key has an entry in the activity log, under
 * the session id {@code *}. Rotation itself is no change of a session: it leaves revisions as they
 * are. A store that has this ability implements this interface too. Safe for threads. Methods throw
 * what those of {@link SessionStore} do.
 */
public interface KeyRotation {

  /**
   * The keys that the store knows, the current one first, then from the newest to the oldest.
   *
   * @return one entry for each version, never a key itself
   */
  List<KeyVersion> keys();

  /**
   * Makes a new key the current one. Sessions that are stored keep their key until {@link #rotate}
   * moves them. Does nothing when that external key is the current one already.
   *
   * @param key the new key
   * @return the current key
   * @throws MisconfiguredException if an external key is asked for and this store holds none
   */
  KeyVersion changeKey(NewKey key);

  /**
   * Moves every session to the current key. Returns when none is left that can be moved, also when
   * the key is changed again meanwhile. Sessions that cannot be read stay as they are and are
   * counted.
   *
   * @param goOn called on this thread after each batch, which is committed; {@code false} cancels
   * @return how far it came
   */
  RotationProgress rotate(Predicate<? super RotationProgress> goOn);

  /**
   * Moves every session to the current key, without being watched.
   *
   * @return how far it came
   */
  default RotationProgress rotate() {
    return rotate(progress -> true);
  }

  /**
   * Deletes an archived key for good. What is still encrypted with it, such as a backup, needs a
   * copy of it from elsewhere then.
   *
   * @param version the version of the key
   * @return false if there is no such version
   * @throws KeyInUseException if it is the current one, or a session still needs it
   */
  boolean prune(int version);
}
