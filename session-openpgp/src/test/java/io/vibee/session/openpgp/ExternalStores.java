package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;

/** Opens stores with made-up keys outside the database. */
final class ExternalStores {
  static final MasterKey FIRST = MasterKey.of(Secret.of(Canary.MASTER_KEY));
  static final MasterKey SECOND =
      MasterKey.of(Secret.of("5ec0d5ec0d5ec0d5ec0d5ec0d5ec0d5ec0d5ec0d5ec0d5ec0d5ec0d5ec0d5ec0"));

  private ExternalStores() {}

  static JdbcSessionStore open(TestDatabase database, MasterKey current, MasterKey... earlier) {
    return JdbcSessionStore.open(
        database.url(), OpenPgpSealer.of(KeyProvider.of(current, earlier)));
  }

  /** Opens a store with the first key, after making that the current one. */
  static JdbcSessionStore inForce(TestDatabase database) {
    JdbcSessionStore store = open(database, FIRST);
    store.changeKey(NewKey.external());
    store.rotate();
    return store;
  }

  static Session session(String userId) {
    return Session.builder(userId, "sess_" + userId, 94892, Secret.of(Canary.API_HASH))
        .phone("+10005550123")
        .build();
  }

  /**
   * Loads all active sessions, checks that each has the canary as its hash, and returns their
   * users.
   */
  static List<String> load(JdbcSessionStore store) {
    List<String> users = new ArrayList<>();
    store.forEachActive(
        session -> {
          assertThat(session.apiHash()).isEqualTo(Secret.of(Canary.API_HASH));
          users.add(session.userId());
        },
        unreadable -> {
          throw new AssertionError(unreadable.toString());
        });
    return users;
  }
}
