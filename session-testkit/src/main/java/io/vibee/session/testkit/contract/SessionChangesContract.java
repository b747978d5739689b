package io.vibee.session.testkit.contract;

import io.vibee.session.SessionStore;

/**
 * Tests what every {@link io.vibee.session.SessionChanges} must guarantee, of a store that
 * {@linkplain SessionStore#as has} them. Extend it in the same way as {@link SessionStoreContract}.
 *
 * <p>It cannot see transactions that are open for long, nor what happens when the store's server
 * breaks down or is promoted: test these separately.
 *
 * <p>The tests call the store from 16 threads at once.
 *
 * @param <S> the store
 */
public abstract class SessionChangesContract<S extends SessionStore> extends FeedTests<S> {
  /** For subclasses. */
  protected SessionChangesContract() {}

  /**
   * Makes a store, once per test. The contract closes it.
   *
   * @return a store of its own without sessions, whose clock runs
   */
  @Override
  protected abstract S createStore();
}
