package io.vibee.session.testkit.contract;

import io.vibee.session.KeyRotation;
import io.vibee.session.SessionStore;

/**
 * Tests what every {@link KeyRotation} must guarantee, for a store that keeps its keys itself.
 * Extend it in the same way as {@link SessionStoreContract}.
 *
 * <p>It cannot see whether a hash is encrypted with the key that its session names, nor how large a
 * batch is: test that separately.
 *
 * @param <S> the store
 */
public abstract class KeyRotationContract<S extends SessionStore & KeyRotation>
    extends PruneTests<S> {
  /** For subclasses. */
  protected KeyRotationContract() {}

  /**
   * Makes a store, once per test. The contract closes it.
   *
   * @return a store of its own without sessions, with one key, the current one
   */
  @Override
  protected abstract S createStore();
}
