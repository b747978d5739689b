package io.vibee.session.testkit.contract;

import io.vibee.session.SessionStore;

/**
 * What every {@link SessionStore} does with sessions that it cannot read: it reports them, never
 * hides the others, and lets them be repaired, changed and deleted. Of a store that is a {@link
 * io.vibee.session.ManagedSessionStore} or a {@link io.vibee.session.KeyRotation} it tests more.
 */
public abstract class UnreadableSessionsContract extends UnreadableManagedTests {
  /** For subclasses. */
  protected UnreadableSessionsContract() {}

  /**
   * Makes a store, once a test. The contract closes it.
   *
   * @return a store of its own without sessions
   */
  @Override
  protected abstract SessionStore createStore();

  /**
   * Makes a stored hash unreadable, behind the store's back.
   *
   * @param store what {@link #createStore} gave
   * @param sessionId a session of it
   */
  @Override
  protected abstract void damage(SessionStore store, String sessionId);
}
