package io.vibee.session.agent;

import java.time.Duration;

/**
 * What a {@link SessionHandler} asks and tells while its session runs. Thread-safe; once the
 * session was closed, what is told is of no effect.
 */
public interface SessionContext {

  /**
   * Tells whether the session may be connected again now. A client that reconnects by itself asks
   * in the moment before each of its connections, and connects only after {@code true}: the process
   * may have been stopped for so long that the session is another agent's by now.
   *
   * @return false if it must not be connected; it is then closed soon, or asked for again
   */
  boolean mayConnect();

  /**
   * Tells that Telegram has refused the session since it was started. It is closed, and treated as
   * after a {@link SessionRefusedException}.
   *
   * @param reason what Telegram said
   */
  void refused(SessionRefusedException.Reason reason);

  /**
   * Tells that Telegram wants a pause. What runs goes on; in a fleet, a pause of more than a minute
   * counts for whoever starts the session next.
   *
   * @param pause the time that Telegram said, more than zero
   */
  void floodWait(Duration pause);
}
