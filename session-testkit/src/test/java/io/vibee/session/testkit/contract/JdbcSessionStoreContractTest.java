package io.vibee.session.testkit.contract;

import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.JdbcSessionStore;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PostgreSQL, with the key in the database. */
class JdbcSessionStoreContractTest {
  @RegisterExtension final ContractDatabases databases = new ContractDatabases();

  @Nested
  class Sessions extends SessionStoreContract {
    @Override
    protected JdbcSessionStore createStore() {
      return databases.create().store();
    }
  }

  @Nested
  class Managed extends ManagedSessionStoreContract {
    @Override
    protected JdbcSessionStore createStore() {
      return databases.create().store();
    }
  }

  @Nested
  class Keys extends KeyRotationContract<JdbcSessionStore> {
    @Override
    protected JdbcSessionStore createStore() {
      return databases.create().store();
    }
  }

  @Nested
  class Unreadable extends UnreadableSessionsContract {
    @Override
    protected JdbcSessionStore createStore() {
      return databases.create().store();
    }

    @Override
    protected void damage(SessionStore store, String sessionId) {
      databases.damage(sessionId);
    }
  }
}
