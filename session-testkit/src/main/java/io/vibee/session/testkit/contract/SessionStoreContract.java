package io.vibee.session.testkit.contract;

import io.vibee.session.SessionStore;

/**
 * Tests what every {@link SessionStore} must guarantee: each sentence of its documentation that can
 * be tested from outside.
 *
 * <pre>{@code
 * class MyStoreTest extends SessionStoreContract {
 *   @Override
 *   protected SessionStore createStore() {
 *     return new MyStore(...);
 *   }
 * }
 * }</pre>
 *
 * <p>It cannot see how a hash is encrypted, that a change and its log entry are one transaction,
 * what is in the store's own log lines, how much memory a stream or how many round trips a call
 * takes, that what was saved outlives the process, or what happens when the store cannot be
 * reached, has other tables or lacks its key: test these separately.
 *
 * <p>The tests call the store from 16 threads at once. They change the default time zone for a
 * moment, under JUnit's {@code Resources.TIME_ZONE}.
 */
public abstract class SessionStoreContract extends ClosedStoreTests {
  /** For subclasses. */
  protected SessionStoreContract() {}

  /**
   * Makes a store, once or twice per test. The contract closes it.
   *
   * @return a store of its own without sessions, whose clock runs
   */
  @Override
  protected abstract SessionStore createStore();
}
