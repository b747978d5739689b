package io.vibee.session;

/** A key cannot be deleted: it is the current one, or sessions are still encrypted with it. */
public final class KeyInUseException extends SessionException {

  private final int version;

  private KeyInUseException(int version, String problem) {
    super("key version " + version + " is " + problem);
    this.version = version;
  }

  /**
   * Says that a key is the current one.
   *
   * @param version the key's version
   * @return the error
   */
  public static KeyInUseException current(int version) {
    return new KeyInUseException(version, "the current one: change the key first");
  }

  /**
   * Says that sessions need a key.
   *
   * @param version the key's version
   * @param sessions how many sessions need it
   * @return the error
   */
  public static KeyInUseException needed(int version, long sessions) {
    return new KeyInUseException(
        version,
        "still needed by "
            + sessions
            + " sessions: rotate first; those that cannot be read must be stored again or deleted");
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
