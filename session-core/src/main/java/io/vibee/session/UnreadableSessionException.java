package io.vibee.session;

/**
 * A session that was asked for by name cannot be read. It is never skipped in favour of another.
 */
public final class UnreadableSessionException extends SessionException {

  private final transient UnreadableSession session;

  /**
   * Creates the error.
   *
   * @param session the session that cannot be read, and why
   */
  public UnreadableSessionException(UnreadableSession session) {
    super(session + "; " + session.reason().advice());
    this.session = session;
  }

  /**
   * The session that cannot be read, and why.
   *
   * @return its ids, its key version and the reason
   */
  public UnreadableSession session() {
    return session;
  }
}
