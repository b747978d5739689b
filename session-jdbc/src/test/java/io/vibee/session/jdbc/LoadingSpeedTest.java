package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Keeps loading from becoming slow without anybody noticing. Only ratios of what is measured here,
 * each the best of several rounds: docs/benchmarks.md has the figures. One round trip or one
 * passphrase's stretching for each session is beyond these bounds several times over.
 */
@Tag("slow")
@Isolated("it measures time")
class LoadingSpeedTest {
  private static final int SESSIONS = 6_000;
  private static final int ROUNDS = 9;

  /** About 2 when it was written; with one decryption for each round trip, 30 and more. */
  private static final double AT_MOST_TIMES_THE_FETCH = 8;

  /** About 0.05 when it was written. */
  private static final double AT_MOST_TIMES_ONE_BY_ONE = 0.3;

  private static final int ONE_BY_ONE = SESSIONS / 10;

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  @Test
  void loadsInBulk() throws SQLException {
    database.insertMany(SESSIONS);
    database.execute("vacuum analyze user_sessions");
    double fetch = Double.MAX_VALUE;
    double oneByOne = Double.MAX_VALUE;
    double load = Double.MAX_VALUE;
    try (Connection connection = database.connect();
        JdbcSessionStore store = database.store()) {
      for (int round = 0; round < ROUNDS; round++) {
        fetch = Math.min(fetch, nanos(() -> fetch(connection)));
        oneByOne = Math.min(oneByOne, 10 * nanos(() -> decryptOneByOne(connection)));
        load = Math.min(load, nanos(() -> load(store)));
      }
    }
    assertThat(load / fetch).as("beside a bare fetch").isLessThan(AT_MOST_TIMES_THE_FETCH);
    assertThat(load / oneByOne).as("beside one by one").isLessThan(AT_MOST_TIMES_ONE_BY_ONE);
  }

  @FunctionalInterface
  private interface Work {
    int run() throws SQLException;
  }

  private static double nanos(Work work) throws SQLException {
    long start = System.nanoTime();
    assertThat(work.run()).isPositive();
    return System.nanoTime() - start;
  }

  private static int fetch(Connection connection) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement("select * from user_sessions where is_active = true");
        ResultSet row = statement.executeQuery()) {
      int count = 0;
      for (; row.next(); count++) row.getString("user_id");
      return count;
    }
  }

  private static int decryptOneByOne(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select pgp_sym_decrypt(api_hash_encrypted, (select master_key from encryption_keys where id = 1))
              from user_sessions where user_id = ?
            """)) {
      for (int user = 1; user <= ONE_BY_ONE; user++) {
        statement.setString(1, "" + user);
        try (ResultSet row = statement.executeQuery()) {
          assertThat(row.next()).isTrue();
        }
      }
      return ONE_BY_ONE;
    }
  }

  private static int load(JdbcSessionStore store) {
    int[] count = {0};
    store.forEachActive(session -> count[0]++, unreadable -> {});
    assertThat(count[0]).isEqualTo(SESSIONS);
    return count[0];
  }
}
