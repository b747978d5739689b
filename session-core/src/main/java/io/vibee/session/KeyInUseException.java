package io.vibee.session;

/** A key cannot be deleted: it is the current one, or sessions are still encrypted with it. */
public final class KeyInUseException extends SessionException {

  private final int version;

  /**
   * Creates the error.
   *
   * @param version the key's version
   * @param sessions how many sessions need it; 0 for the current key
   */
  public KeyInUseException(int version, long sessions) {
    super(
        sessions == 0
            ? "key version " + version + " is the current one: change the key first"
            : "key version %d is still needed by %d sessions: rotate first; those that cannot be read must be stored again or deleted"
                .formatted(version, sessions));
    this.version = version;
  }

  /**
   * The version of the key that was not deleted.
   *
   * @return the version
   */
  public int version() {
    return version;
  }
}
