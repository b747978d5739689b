package io.vibee.session.testkit.contract;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * New databases for each test, copies of one that is migrated; dropped once its stores are closed.
 */
final class ContractDatabases implements AfterEachCallback {
  private static final TestDatabase SERVER = new TestDatabase(Postgres.NEWEST, "postgres");
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final List<TestDatabase> ofThisTest = new ArrayList<>();

  /** Made once a JVM. */
  private static final class Template {
    static final TestDatabase MIGRATED = migrated();

    private static TestDatabase migrated() {
      TestDatabase database = Postgres.NEWEST.createDatabase();
      database.migrate();
      return database;
    }
  }

  TestDatabase create() {
    String name = "contract_" + COUNT.incrementAndGet();
    SERVER.execute(
        "create database %s template %s strategy file_copy"
            .formatted(name, Template.MIGRATED.name()));
    TestDatabase database = new TestDatabase(Postgres.NEWEST, name);
    ofThisTest.add(database);
    return database;
  }

  /** Turns over a byte of a hash in the database that was made last. */
  void damage(String sessionId) {
    ofThisTest
        .get(ofThisTest.size() - 1)
        .executeWithoutTriggers(
            """
            update user_sessions
               set api_hash_encrypted = set_byte(api_hash_encrypted, 40, get_byte(api_hash_encrypted, 40) # 1)
             where session_id = '%s'
            """
                .formatted(sessionId));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    for (TestDatabase database : ofThisTest) {
      SERVER.execute("drop database " + database.name() + " with (force)");
    }
  }
}
