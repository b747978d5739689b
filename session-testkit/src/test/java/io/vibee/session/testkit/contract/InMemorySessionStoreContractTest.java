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
      return new InMemorySessionStore();
    }
  }

  @Nested
  class Managed extends ManagedSessionStoreContract {
    @Override
    protected InMemorySessionStore createStore() {
      return new InMemorySessionStore();
    }
  }

  @Nested
  class Keys extends KeyRotationContract<InMemorySessionStore> {
    @Override
    protected InMemorySessionStore createStore() {
      return new InMemorySessionStore();
    }
  }

  @Nested
  class Leases extends SessionLeasesContract<InMemorySessionStore> {
    @Override
    protected InMemorySessionStore createStore() {
      return new InMemorySessionStore();
    }
  }

  @Nested
  class Feed extends SessionChangesContract<InMemorySessionStore> {
    @Override
    protected InMemorySessionStore createStore() {
      return new InMemorySessionStore();
    }
  }

  @Nested
  class Unreadable extends UnreadableSessionsContract {
    @Override
    protected InMemorySessionStore createStore() {
      return new InMemorySessionStore();
    }

    @Override
    protected void damage(SessionStore store, String sessionId) {
      ((InMemorySessionStore) store).faults().undecryptable(sessionId);
    }
  }
}
