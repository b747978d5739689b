package io.vibee.session.agent;

import io.vibee.session.Session;

/**
 * What an agent does with a session: connects it to Telegram, and disconnects it by what that
 * returns.
 *
 * <pre>{@code
 * SessionHandler handler = session -> {
 *   Bot bot = Bot.connect(session.apiId(), session.apiHash().exposeSecret());
 *   return bot; // its close() disconnects
 * };
 * }</pre>
 *
 * <p>Calls for one session come one after the other, those for different sessions on many threads
 * at once. A call that hangs or fails holds up no other session.
 */
@FunctionalInterface
public interface SessionHandler {

  /**
   * Starts a session. Called again after what it returned was closed, so at most one connection of
   * a session is open.
   *
   * <p>Returns once the session is connected, in a time that the handler bounds; it is interrupted
   * when the agent is asked to end. If the connection drops later, to reconnect is the handler's
   * task: the agent does not see that.
   *
   * @param session the session, with its hash
   * @return ends the session. Its {@code close} returns when the connection is gone: only then is
   *     the session started again, here or elsewhere. When {@code close} throws, it is called again
   *     until it returns, since a connection may still be open. Implement {@link RunningSession} to
   *     take over changed values without that
   * @throws Exception if the session cannot be started, and nothing of it is left connected; it is
   *     tried again after 1, 2, 4 … 300 seconds, with the values that are stored then. The log has
   *     the first failure and each other one, with the message, in which the hash is masked. Throw
   *     {@link SessionRefusedException} or {@link FloodWaitException} for what must not be tried
   *     again, or not soon
   */
  AutoCloseable start(Session session) throws Exception;

  /**
   * Starts a session as {@link #start(Session)} does, which is called unless this is overridden.
   * For clients that reconnect by themselves, or hear of refusals while they run.
   *
   * @param session the session, with its hash
   * @param context what the handler asks and tells while the session runs
   * @return ends the session
   * @throws Exception as {@link #start(Session)} does
   */
  default AutoCloseable start(Session session, SessionContext context) throws Exception {
    return start(session);
  }

  /** What a handler is that is given the context of each session. */
  @FunctionalInterface
  interface WithContext {

    /**
     * Starts a session as {@link SessionHandler#start(Session, SessionContext)} does.
     *
     * @param session the session, with its hash
     * @param context what the handler asks and tells while the session runs
     * @return ends the session
     * @throws Exception as {@link SessionHandler#start(Session)} does
     */
    AutoCloseable start(Session session, SessionContext context) throws Exception;
  }

  /**
   * Makes a handler that is given the context of each session.
   *
   * @param handler starts a session
   * @return the handler
   */
  static SessionHandler withContext(WithContext handler) {
    return new SessionHandler() {
      @Override
      public AutoCloseable start(Session session) {
        throw new UnsupportedOperationException("this handler needs the context of a session");
      }

      @Override
      public AutoCloseable start(Session session, SessionContext context) throws Exception {
        return handler.start(session, context);
      }
    };
  }
}
