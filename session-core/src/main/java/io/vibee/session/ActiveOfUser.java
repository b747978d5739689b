package io.vibee.session;

/**
 * Finds a user's session if it is active. For one that is both inactive and unreadable, reports
 * that it is inactive.
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
