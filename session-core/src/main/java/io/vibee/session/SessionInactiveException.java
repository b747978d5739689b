package io.vibee.session;

/** The user's session exists but is deactivated, so it is not started. */
public final class SessionInactiveException extends SessionException {

  /**
   * Creates the error.
   *
   * @param userId the user
   */
  public SessionInactiveException(String userId) {
    super(
        "the session of user "
            + Texts.printable(userId)
            + " is not active: activate it, or choose another USER_ID");
  }
}
