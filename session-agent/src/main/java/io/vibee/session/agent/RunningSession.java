package io.vibee.session.agent;

import io.vibee.session.Session;

/**
 * A session that runs and can take over changed values itself. A handler that returns any other
 * {@link AutoCloseable} has it closed and is started again when any value but {@link
 * Session#authorized()} changes: the app's id or hash, phone, user name, a flag, the chats.
 */
@SuppressWarnings("try") // its close may throw what any AutoCloseable does
public interface RunningSession extends AutoCloseable {

  /**
   * Takes over changed values. Called for every change that the agent learns of, also of {@link
   * Session#authorized()}, which never ends a session.
   *
   * @param session the session as it is stored now; user and session id are the same as before
   * @return true if the values were taken over; false to be closed and started with them
   * @throws Exception counts as false
   */
  boolean update(Session session) throws Exception;
}
