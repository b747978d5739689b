package io.vibee.session.admin;

import io.vibee.session.Secret;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;

/** What a browser looks at: an {@link AdminFixture}, and what tests of the page do to it. */
record PageAgent(AdminFixture admin) implements AutoCloseable {

  static PageAgent start() {
    return new PageAgent(AdminFixture.withoutToken());
  }

  static PageAgent withToken() {
    return new PageAgent(AdminFixture.withToken());
  }

  TestDatabase database() {
    return admin.database;
  }

  JdbcSessionStore store() {
    return admin.store;
  }

  AdminServer server() {
    return admin.server();
  }

  String url() {
    return "http://localhost:" + admin.port() + "/";
  }

  /** Adds a session as the API does. */
  void add(String userId, String sessionId) {
    add(SessionEdit.of(userId).sessionId(sessionId).phone("+10005550123"));
  }

  void add(SessionEditBuilder session) {
    store().edit(session.apiId(94892).apiHash(Secret.of(Canary.API_HASH)).build());
  }

  /** Adds many sessions, user ids and session ids counted from 1. */
  void addMany(int number) {
    database()
        .executeWith(
            Canary.API_HASH,
            """
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
          select 100200000 + n, 'sess_' || n, 94892, pgp_sym_encrypt(current_setting('test.secret'),
            (select master_key from encryption_keys where id = 1), 's2k-mode=1')
            from generate_series(1, %d) n
        """
                .formatted(number));
  }

  /** Ends the database's connections and lets in no other until it is allowed again. */
  void allowConnections(boolean allowed) {
    Postgres.NEWEST
        .createDatabase()
        .execute(
            """
            alter database %1$s with allow_connections %2$s;
            select pg_terminate_backend(pid) from pg_stat_activity where datname = '%1$s' and not %2$s;
            """
                .formatted(database().name(), allowed));
  }

  @Override
  public void close() {
    admin.close();
  }
}
