package io.vibee.session.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.NewKey;
import io.vibee.session.benchmarks.alternatives.Alternative;
import io.vibee.session.benchmarks.alternatives.Alternatives;
import io.vibee.session.benchmarks.jmh.LoadAll;
import io.vibee.session.benchmarks.jmh.Server;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.SessionMigrations;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.IntStream;

/** Fills the databases that are loaded, each with the same sessions and a vacuumed table. */
final class LoadingDatabases {
  /**
   * Writes what the triggers make of the quick start's INSERT, without triggers: they are not
   * measured here, and would take minutes for a million rows.
   */
  private static final String SESSIONS =
      """
      set vibee.replica_writes = on;
      set session_replication_role = replica;
      insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone, key_version)
        select 'user_' || g, 'sess_' || g, 94892,
               session_hash_encrypt(md5(g::text), k.master_key, k.key_is_random), '+10005550123', k.version
          from generate_series(1, %d) g, (select * from encryption_keys where id = 1 offset 0) k
      """;

  /** Fails if a row that the triggers wrote differs in more than the ids and the random bytes. */
  private static final String SAME_AS_TRIGGERS =
      """
      begin;
      insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone)
        select 'by_trigger', 'by_trigger', 94892, session_hash_encrypt(md5('1'),
                 (select master_key from encryption_keys where id = 1)), '+10005550123';
      select 1 / count(*) from user_sessions s, user_sessions t, encryption_keys k
       where s.user_id = 'user_1' and t.user_id = 'by_trigger' and k.id = 1
         and to_jsonb(s) - '{id,user_id,session_id,api_hash_encrypted,created_at,updated_at}'::text[]
           = to_jsonb(t) - '{id,user_id,session_id,api_hash_encrypted,created_at,updated_at}'::text[]
         and octet_length(s.api_hash_encrypted) = octet_length(t.api_hash_encrypted)
         and substr(s.api_hash_encrypted, 1, 6) = substr(t.api_hash_encrypted, 1, 6)
         and substr(s.api_hash_encrypted, 15, 1) = substr(t.api_hash_encrypted, 15, 1)
         and pgp_sym_decrypt(s.api_hash_encrypted, k.master_key) = pgp_sym_decrypt(t.api_hash_encrypted, k.master_key);
      rollback
      """;

  private static final String QUICK_START =
      """
      INSERT INTO user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone)
        SELECT 'user_' || g, 'sess_' || g, 94892,
          pgp_sym_encrypt(md5(g::text), (SELECT master_key FROM encryption_keys WHERE id = 1)), '+10005550123'
          FROM generate_series(%d, %d, %d) g
      """;

  /** Copies the same hashes to more users, since encrypting all of them would take minutes. */
  private static final String COPIES =
      """
      INSERT INTO user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone)
        SELECT 'user_' || g, 'sess_' || g, w.api_id, w.api_hash_encrypted, w.phone
          FROM generate_series(%1$d + 1, %2$d) g JOIN user_sessions w ON w.user_id = 'user_' || (g %% %1$d + 1)
      """;

  /**
   * Drops every row's old version, which the rotation left, and puts the new ones in the order of
   * their ids, in which those of the other databases were written.
   */
  private static final String IN_ORDER = "cluster user_sessions using user_sessions_pkey";

  private static final int WRITTEN = 100_000;
  private static final int WRITERS = 2;

  private final Database server;

  LoadingDatabases(Database server) {
    this.server = server;
  }

  /** Fills the one with the database key, which also serves as the floor. */
  void databaseKey(int sessions) {
    String database = LoadAll.database("databaseKey", sessions);
    server.create(database);
    SessionMigrations.migrate(server.url(database));
    fill(database, sessions);
    settle(database);
  }

  /** Adds sessions under the database key to a database that has the tables. */
  void fill(String database, int sessions) {
    server.execute(database, SESSIONS.formatted(sessions));
    server.execute(database, SAME_AS_TRIGGERS);
  }

  /** Copies the other database, changes its key and moves its sessions. */
  void externalKey(int sessions) {
    String database = LoadAll.database("externalKey", sessions);
    server.execute(
        "create database %s template %s"
            .formatted(database, LoadAll.database("databaseKey", sessions)));
    try (JdbcSessionStore store =
        JdbcSessionStore.open(server.url(database), Server.externalKey())) {
      store.changeKey(NewKey.external());
      if (store.rotate().done() != sessions) throw new IllegalStateException("not all moved");
    }
    server.execute(database, IN_ORDER);
    settle(database);
  }

  /**
   * Fills one with the earlier schema, whose rows are each encrypted with a newly stretched key:
   * that takes time here too.
   */
  void quickStart(int sessions) {
    String database = LoadAll.database("quickStart", sessions);
    server.create(database);
    server.execute(database, "create extension pgcrypto");
    server.execute(database, earlierSchema());
    int written = Math.min(sessions, WRITTEN);
    IntStream.rangeClosed(1, WRITERS)
        .parallel()
        .forEach(first -> server.execute(database, QUICK_START.formatted(first, written, WRITERS)));
    server.execute(database, COPIES.formatted(written, sessions));
    settle(database);
  }

  /** Fills one of the alternatives by its own means. */
  void alternative(Alternatives which, int sessions) {
    String database = LoadAll.database(which.name(), sessions);
    server.create(database);
    try (Alternative alternative = which.open(server.jdbcUrl(database))) {
      alternative.fill(sessions);
    }
    server.execute(database, "vacuum analyze");
    server.execute(database, "checkpoint");
  }

  private void settle(String database) {
    server.execute(database, "vacuum analyze user_sessions");
    server.execute(database, "checkpoint");
  }

  private static String earlierSchema() {
    String name = "/io/vibee/session/jdbc/earlier-schema.sql";
    try (InputStream file = LoadingDatabases.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(file, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
