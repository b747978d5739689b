package io.vibee.session.testkit.contract;

import io.vibee.session.SessionStore;

/**
 * Tests what every {@link io.vibee.session.SessionLeases} must guarantee, of a store that
 * {@linkplain SessionStore#as has} them. Extend it in the same way as {@link SessionStoreContract}.
 *
 * <p>It cannot see what happens when the store's clock jumps, when its server breaks down or is
 * promoted, when the connection is lost while a claim is committed, whether a claim and the end of
 * its agent exclude each other, nor whether anything waits for whoever writes sessions: test these
 * separately.
 *
 * <p>The tests call the store from 16 threads at once.
 *
 * @param <S> the store
 */
public abstract class SessionLeasesContract<S extends SessionStore> extends LeaseTests<S> {
  /** For subclasses. */
  protected SessionLeasesContract() {}

  /**
   * Makes a store, once per test. The contract closes it.
   *
   * @return a store of its own without sessions and agents, whose clock runs
   */
  @Override
  protected abstract S createStore();
}
