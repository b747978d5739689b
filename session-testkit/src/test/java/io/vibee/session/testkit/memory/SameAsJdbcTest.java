package io.vibee.session.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Performs the same random operations on both stores, which must return the same, down to the log.
 */
@Tag("slow")
class SameAsJdbcTest {
  private static final int OPERATIONS = 400;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void doesWhatTheDatabaseDoes(long seed) {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    database.migrate();
    InMemorySessionStore memory = new InMemorySessionStore();
    try (JdbcSessionStore jdbc = database.store()) {
      RandomOperations inMemory = new RandomOperations(new Random(seed), memory, memory);
      RandomOperations inDatabase = new RandomOperations(new Random(seed), jdbc, jdbc);
      for (int i = 0; i < OPERATIONS; i++) {
        String expected = described(inDatabase::next);
        assertThat(described(inMemory::next))
            .as("operation %d of seed %d: %s", i, seed, inDatabase.last())
            .isEqualTo(expected);
      }
      assertThat(inMemory.everything()).isEqualTo(inDatabase.everything());
      assertThat(inMemory.everything().lines().count()).as("not just refusals").isGreaterThan(50);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void sharesSessionsAsTheDatabaseDoes(long seed) {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    Instant later = Instant.now().plus(Duration.ofDays(1));
    SettableClock clock = SettableClock.at(Instant.now());
    InMemorySessionStore memory = new InMemorySessionStore(clock);
    try (JdbcSessionStore jdbc = database.store()) {
      RandomFleet inMemory = new RandomFleet(new Random(seed), memory, later);
      RandomFleet inDatabase = new RandomFleet(new Random(seed), jdbc, later);
      for (int i = 0; i < OPERATIONS; i++) {
        clock.advance(Duration.ofMillis(1));
        String expected = described(inDatabase::next);
        assertThat(described(inMemory::next))
            .as("operation %d of seed %d", i, seed)
            .isEqualTo(expected);
      }
      assertThat(log(memory)).isEqualTo(log(jdbc)).contains("session_quarantined");
    }
  }

  /** Without the entries about the first key, which only one of them has. */
  private static String log(SessionStore store) {
    return Described.of(
        store.activity(ActivityQuery.latest(1000)).stream()
            .filter(entry -> !entry.type().equals(Activity.KEY_CHANGED))
            .toList());
  }

  private static String described(Supplier<Object> operation) {
    try {
      return Described.of(operation.get());
    } catch (RuntimeException e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }
}
