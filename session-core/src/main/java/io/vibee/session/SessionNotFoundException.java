package io.vibee.session;

/** There is no such session. */
public final class SessionNotFoundException extends SessionException {

  private SessionNotFoundException(String message) {
    super(message);
  }

  /**
   * Reports that a user has no session.
   *
   * @param userId the user that was asked for
   * @return the error
   */
  public static SessionNotFoundException ofUser(String userId) {
    return new SessionNotFoundException(
        "no session of user "
            + Texts.printable(userId)
            + ": add it, or check USER_ID and that DATABASE_URL names the right database");
  }

  /**
   * Reports that no session has an id.
   *
   * @param sessionId the id that was asked for
   * @return the error
   */
  public static SessionNotFoundException ofSession(String sessionId) {
    return new SessionNotFoundException(
        "no session " + Texts.printable(sessionId) + ": check the id; it may have been deleted");
  }

  /**
   * Reports that the store holds no active session.
   *
   * @return the error
   */
  public static SessionNotFoundException noneActive() {
    return new SessionNotFoundException(
        "the database holds no active session: add one, or activate one");
  }
}
