package io.vibee.session.agent;

import io.vibee.session.Session;
import java.util.Collection;

/**
 * What runs the accounts: the place for an agent's own code. Calls come one after the other; a
 * session is started once and, unless the process is killed, stopped or ended once.
 */
interface Accounts {

  /** Connects an account. */
  void start(Session session);

  /**
   * Takes over other values of an account that runs. User and session are the same; the app's id or
   * hash may be others, and for those a real agent must connect again.
   */
  void change(Session session);

  /** Disconnects an account, before the method returns: another may use its session next. */
  void stop(HeldSession session);

  /**
   * Disconnects all that still run, before the method returns, since the agent ends. There are few
   * seconds for that: an agent of many accounts does it for many at once.
   */
  default void end(Collection<HeldSession> sessions) {
    sessions.forEach(this::stop);
  }
}
