package io.vibee.session;

/**
 * A session that was asked for by name cannot be read. It is never skipped in favour of another.
 */
public final class UnreadableSessionException extends SessionException {

  private final transient UnreadableSession session;

  /**
   * Creates the error.
   *
   * @param session which session, and why
   */
  public UnreadableSessionException(UnreadableSession session) {
    super(session + "; " + session.reason().advice());
    this.session = session;
  }

  /**
   * Which session, and why.
   *
   * @return the session's ids, key version and the reason
   */
  public UnreadableSession session() {
    return session;
  }
}
