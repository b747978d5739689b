package io.vibee.session.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
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

  private static String described(Supplier<Object> operation) {
    try {
      return Described.of(operation.get());
    } catch (RuntimeException e) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
  }
}
