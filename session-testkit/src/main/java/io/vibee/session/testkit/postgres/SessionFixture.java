package io.vibee.session.testkit.postgres;

import io.vibee.session.SessionStore;

/** Puts sessions into a database before the test starts. */
@FunctionalInterface
public interface SessionFixture {
  /**
   * Puts sessions into an empty store.
   *
   * @param store the store of the new database
   */
  void seed(SessionStore store);
}
