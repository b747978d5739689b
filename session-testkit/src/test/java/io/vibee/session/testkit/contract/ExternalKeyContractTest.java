package io.vibee.session.testkit.contract;

import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.openpgp.KeyProvider;
import io.vibee.session.openpgp.MasterKey;
import io.vibee.session.openpgp.OpenPgpSealer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PostgreSQL, with a key that it never sees. */
class ExternalKeyContractTest {
  @RegisterExtension final ContractDatabases databases = new ContractDatabases();

  private JdbcSessionStore create() {
    MasterKey key = MasterKey.of(Secret.of(Canary.MASTER_KEY));
    JdbcSessionStore store =
        JdbcSessionStore.open(databases.create().url(), OpenPgpSealer.of(KeyProvider.of(key)));
    store.changeKey(NewKey.external());
    return store;
  }

  @Nested
  class Sessions extends SessionStoreContract {
    @Override
    protected JdbcSessionStore createStore() {
      return create();
    }
  }

  @Nested
  class Managed extends ManagedSessionStoreContract {
    @Override
    protected JdbcSessionStore createStore() {
      return create();
    }
  }

  @Nested
  class Unreadable extends UnreadableSessionsContract {
    @Override
    protected JdbcSessionStore createStore() {
      return create();
    }

    @Override
    protected void damage(SessionStore store, String sessionId) {
      databases.damage(sessionId);
    }
  }
}
