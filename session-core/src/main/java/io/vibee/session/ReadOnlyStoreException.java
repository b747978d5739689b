package io.vibee.session;

/**
 * A store that was opened for reading only, see {@link SessionStore#readOnly}, was asked to change
 * something. Nothing was changed; trying again does not help.
 */
public final class ReadOnlyStoreException extends SessionException {

  /** Creates the error. */
  public ReadOnlyStoreException() {
    super(
        "this store was opened for reading only, as on a standby, so nothing was changed: open the"
            + " primary for changes, with target_session_attrs=read-write in DATABASE_URL");
  }
}
