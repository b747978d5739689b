package io.vibee.session.testkit.contract;

import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.JdbcSessionStore;
import org.junit.jupiter.api.Nested;

/** Tests PostgreSQL with the key in the database. */
class JdbcSessionStoreContractTest {
  private static final ContractDatabase DATABASE = new ContractDatabase();

  @Nested
  class Sessions extends SessionStoreContract {
    @Override
    protected JdbcSessionStore createStore() {
      return DATABASE.empty().store();
    }
  }

  @Nested
  class Managed extends ManagedSessionStoreContract {
    @Override
    protected JdbcSessionStore createStore() {
      return DATABASE.empty().store();
    }
  }

  @Nested
  class Keys extends KeyRotationContract<JdbcSessionStore> {
    @Override
    protected JdbcSessionStore createStore() {
      return DATABASE.empty().store();
    }
  }

  @Nested
  class Leases extends SessionLeasesContract<JdbcSessionStore> {
    @Override
    protected JdbcSessionStore createStore() {
      return DATABASE.empty().store();
    }
  }

  @Nested
  class Feed extends SessionChangesContract<JdbcSessionStore> {
    @Override
    protected JdbcSessionStore createStore() {
      return DATABASE.empty().store();
    }
  }

  @Nested
  class Unreadable extends UnreadableSessionsContract {
    @Override
    protected JdbcSessionStore createStore() {
      return DATABASE.empty().store();
    }

    @Override
    protected void damage(SessionStore store, String sessionId) {
      DATABASE.damage(sessionId);
    }
  }
}
