package io.vibee.session.testkit.contract;

import io.vibee.session.SessionStore;

/**
 * Tests what every {@link SessionStore} does with sessions that it cannot read: it reports them,
 * never hides the others, and lets them be repaired, changed and deleted. Tests more if the store
 * is a {@link io.vibee.session.ManagedSessionStore} or a {@link io.vibee.session.KeyRotation}.
 */
public abstract class UnreadableSessionsContract extends UnreadableManagedTests {
  /** For subclasses. */
  protected UnreadableSessionsContract() {}

  /**
   * Makes a store, once per test. The contract closes it.
   *
   * @return a store of its own without sessions
   */
  @Override
  protected abstract SessionStore createStore();

  /**
   * Makes a stored hash unreadable, behind the store's back.
   *
   * @param store the store from {@link #createStore}
   * @param sessionId a session of that store
   */
  @Override
  protected abstract void damage(SessionStore store, String sessionId);
}
