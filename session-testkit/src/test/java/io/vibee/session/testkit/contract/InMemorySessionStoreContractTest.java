package io.vibee.session.testkit.contract;

import io.vibee.session.SessionStore;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import org.junit.jupiter.api.Nested;

/** Tests the store without a database. */
class InMemorySessionStoreContractTest {
  @Nested
  class Sessions extends SessionStoreContract {
    @Override
    protected InMemorySessionStore createStore() {
      return InMemorySessionStore.create();
    }
  }

  @Nested
  class Managed extends ManagedSessionStoreContract {
    @Override
    protected InMemorySessionStore createStore() {
      return InMemorySessionStore.create();
    }
  }

  @Nested
  class Keys extends KeyRotationContract<InMemorySessionStore> {
    @Override
    protected InMemorySessionStore createStore() {
      return InMemorySessionStore.create();
    }
  }

  @Nested
  class Unreadable extends UnreadableSessionsContract {
    @Override
    protected InMemorySessionStore createStore() {
      return InMemorySessionStore.create();
    }

    @Override
    protected void damage(SessionStore store, String sessionId) {
      ((InMemorySessionStore) store).faults().undecryptable(sessionId);
    }
  }
}
