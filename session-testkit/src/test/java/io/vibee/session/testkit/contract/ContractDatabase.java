package io.vibee.session.testkit.contract;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The database of one contract, emptied for each store behind the triggers' backs: copying a
 * template for each of several hundred tests would take most of the time.
 */
final class ContractDatabase {
  private @Nullable TestDatabase database;

  /** Empties it: no sessions, no agents, an empty log and one key. */
  TestDatabase empty() {
    if (database == null) {
      database = TestDatabase.fresh(Postgres.NEWEST);
      database.execute("create table first_key as table encryption_keys");
      return database;
    }
    database.executeWithoutTriggers(
        """
        delete from user_sessions;
        delete from session_leases;
        delete from session_agents;
        update session_fleet set stopped_at = null, stopped_why = null;
        delete from session_activity;
        delete from encryption_keys;
        insert into encryption_keys (id, master_key, created_at, version)
          select id, master_key, created_at, version from first_key;
        """);
    return database;
  }

  /** Flips the bits of one byte of a hash. */
  void damage(String sessionId) {
    Objects.requireNonNull(database)
        .executeWithoutTriggers(
            """
            update user_sessions
               set api_hash_encrypted = set_byte(api_hash_encrypted, 40, get_byte(api_hash_encrypted, 40) # 1)
             where session_id = '%s'
            """
                .formatted(sessionId));
  }
}
