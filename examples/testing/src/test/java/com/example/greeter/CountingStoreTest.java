package com.example.greeter;

import io.vibee.session.SessionStore;
import io.vibee.session.testkit.contract.SessionStoreContract;
import io.vibee.session.testkit.memory.InMemorySessionStore;

/** A store of one's own passes the contract. */
class CountingStoreTest extends SessionStoreContract {
  @Override
  protected SessionStore createStore() {
    return new CountingStore(InMemorySessionStore.create());
  }
}
