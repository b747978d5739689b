package com.example.greeter;

import io.vibee.session.SessionStore;
import io.vibee.session.testkit.contract.SessionStoreContract;
import io.vibee.session.testkit.memory.InMemorySessionStore;

/** Checks that a custom store passes the contract. */
class CountingStoreTest extends SessionStoreContract {
  @Override
  protected SessionStore createStore() {
    return new CountingStore(new InMemorySessionStore());
  }
}
