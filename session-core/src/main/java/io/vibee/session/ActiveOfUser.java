package io.vibee.session;

/**
 * Finds a user's session if it is active; that it is not counts more than that it cannot be read.
 */
final class ActiveOfUser {
  private ActiveOfUser() {}

  static Session of(SessionStore store, String userId) {
    Session session;
    try {
      session =
          store.findByUserId(userId).orElseThrow(() -> SessionNotFoundException.ofUser(userId));
    } catch (UnreadableSessionException e) {
      if (e.session().active()) throw e;
      throw new SessionInactiveException(userId);
    }
    if (!session.active()) throw new SessionInactiveException(userId);
    return session;
  }
}
