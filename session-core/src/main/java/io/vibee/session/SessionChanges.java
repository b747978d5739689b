package io.vibee.session;

/**
 * Tells what changed since a reader last looked, from the activity log. Every change is told once,
 * also of a transaction that was open for long; none is missed, and none waits for another.
 *
 * <pre>{@code
 * ChangeCursor cursor = changes.start();
 * // read all sessions, then again and again:
 * Changes told = changes.since(cursor);
 * cursor = told.cursor();
 * }</pre>
 *
 * <p>Methods throw what those of {@link SessionStore} do, {@link SchemaVersionException} also where
 * the tables of the fleet are missing. Thread-safe.
 */
public interface SessionChanges {

  /**
   * Begins. What is read after this call, and the changes since, are together complete.
   *
   * @return where to begin
   */
  ChangeCursor start();

  /**
   * Lists what changed.
   *
   * @param cursor where the last call ended
   * @return the changes, and where to go on
   */
  Changes since(ChangeCursor cursor);
}
