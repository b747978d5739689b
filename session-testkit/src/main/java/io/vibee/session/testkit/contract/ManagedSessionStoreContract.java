package io.vibee.session.testkit.contract;

import io.vibee.session.ManagedSessionStore;

/**
 * Tests what every {@link ManagedSessionStore} must guarantee beyond {@link SessionStoreContract},
 * which it should be tested against too. Extend both in the same way.
 */
public abstract class ManagedSessionStoreContract extends ClosedManagedStoreTests {
  /** For subclasses. */
  protected ManagedSessionStoreContract() {}

  /**
   * Makes a store, once per test. The contract closes it.
   *
   * @return a store of its own without sessions, whose clock runs
   */
  @Override
  protected abstract ManagedSessionStore createStore();
}
