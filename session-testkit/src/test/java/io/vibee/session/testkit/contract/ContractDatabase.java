package io.vibee.session.testkit.contract;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The database of the contracts, emptied for each store behind the triggers' back: a copy of a
 * template for each of several hundred tests would take most of the time.
 */
final class ContractDatabase {
  private static final AtomicBoolean used = new AtomicBoolean();

  private ContractDatabase() {}

  /** Made at the first use. */
  private static final class Migrated {
    static final TestDatabase DATABASE = migrated();

    private static TestDatabase migrated() {
      TestDatabase database = Postgres.NEWEST.createDatabase();
      database.migrate();
      database.execute("create table first_key as table encryption_keys");
      return database;
    }
  }

  /** Without sessions, with an empty log and one key of its own. */
  static TestDatabase empty() {
    TestDatabase database = Migrated.DATABASE;
    if (used.getAndSet(true)) {
      database.executeWithoutTriggers(
          """
          delete from user_sessions;
          delete from session_activity;
          delete from encryption_keys;
          insert into encryption_keys (id, master_key, created_at, version)
            select id, master_key, created_at, version from first_key;
          """);
    }
    return database;
  }

  /** Turns over a byte of a hash. */
  static void damage(String sessionId) {
    Migrated.DATABASE.executeWithoutTriggers(
        """
        update user_sessions
           set api_hash_encrypted = set_byte(api_hash_encrypted, 40, get_byte(api_hash_encrypted, 40) # 1)
         where session_id = '%s'
        """
            .formatted(sessionId));
  }
}
