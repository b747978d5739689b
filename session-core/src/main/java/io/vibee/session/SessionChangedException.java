package io.vibee.session;

/** The session is not at the expected revision: somebody else changed it. Nothing was done. */
public final class SessionChangedException extends SessionException {
  private final transient SessionRevision found;

  /**
   * Creates the error.
   *
   * @param userId the user
   * @param found the revision that is stored; {@link SessionRevision#NONE} for no session
   */
  public SessionChangedException(String userId, SessionRevision found) {
    super(
        "the session of user "
            + Texts.printable(userId)
            + (found.equals(SessionRevision.NONE)
                ? " does not exist"
                : " is at revision " + found.number())
            + ", not as it was when you read it: read it again, then repeat the change");
    this.found = found;
  }

  /**
   * The revision that is stored.
   *
   * @return {@link SessionRevision#NONE} for no session
   */
  public SessionRevision found() {
    return found;
  }
}
