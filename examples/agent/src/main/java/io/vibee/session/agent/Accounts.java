package io.vibee.session.agent;

import io.vibee.session.Session;
import java.util.Collection;

/**
 * Runs the accounts: the place for an agent's own code. Calls come one after the other; each
 * session is started once and, unless the process is killed, stopped or ended once.
 */
interface Accounts {

  /** Connects an account. */
  void start(Session session);

  /**
   * Applies changed values to a running account. User and session stay the same; the app's id or
   * hash may differ, in which case a real agent must connect again.
   */
  void change(Session session);

  /** Disconnects an account before the method returns, since another may use its session next. */
  void stop(HeldSession session);

  /**
   * Disconnects all accounts that still run before the method returns, since the agent is ending.
   * There are only a few seconds for that, so an agent with many accounts disconnects many at once.
   */
  default void end(Collection<HeldSession> sessions) {
    sessions.forEach(this::stop);
  }
}
