package io.vibee.session.testkit.contract;

import com.zaxxer.hikari.HikariDataSource;
import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.openpgp.KeyProvider;
import io.vibee.session.openpgp.MasterKey;
import io.vibee.session.openpgp.OpenPgpSealer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** Tests PostgreSQL with a key that it never sees, over the caller's own connections. */
class ExternalKeyContractTest {
  private static final ContractDatabase DATABASE = new ContractDatabase();
  private static final HikariDataSource POOL = new HikariDataSource();

  @BeforeAll
  static void connects() {
    POOL.setDataSource(DATABASE.empty().dataSource());
    POOL.setMinimumIdle(0);
  }

  @AfterAll
  static void disconnects() {
    POOL.close();
  }

  private static JdbcSessionStore create() {
    DATABASE.empty();
    MasterKey key = MasterKey.of(Secret.of(Canary.MASTER_KEY));
    JdbcSessionStore store = JdbcSessionStore.over(POOL, OpenPgpSealer.of(KeyProvider.of(key)));
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
      DATABASE.damage(sessionId);
    }
  }
}
