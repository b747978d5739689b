package io.vibee.session;

/** The session id already belongs to another user's session. Nothing was changed. */
public final class SessionConflictException extends SessionException {

  /**
   * Creates the error.
   *
   * @param sessionId the id that is taken
   */
  public SessionConflictException(String sessionId) {
    super(
        "session "
            + Texts.printable(sessionId)
            + " belongs to another user: one session id serves one user; delete the other session"
            + " first or check the id");
  }
}
