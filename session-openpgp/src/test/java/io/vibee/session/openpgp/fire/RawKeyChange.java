package io.vibee.session.openpgp.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An operator who changes the key with psql, knowing nothing of rotations. */
final class RawKeyChange implements AutoCloseable {
  private static final String CHANGE =
      "UPDATE encryption_keys SET master_key = session_new_key() WHERE id = 1";
  private static final String CURRENT =
      "select version, key_fingerprint from encryption_keys where id = 1";

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final TestDatabase database;
  private final AtomicInteger changes = new AtomicInteger();
  private volatile long slowestMillis;
  private int refused;

  RawKeyChange(TestDatabase database) {
    this.database = database;
  }

  /** To be called while the current key is in the database. */
  Future<?> begin() {
    return thread.submit(this::change);
  }

  private Void change() throws SQLException {
    long start = System.nanoTime();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(CHANGE)).isEqualTo(1);
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    slowestMillis = Math.max(slowestMillis, millis);
    changes.incrementAndGet();
    return null;
  }

  /**
   * To be called while the current key is outside, when nobody could encrypt with the new key by
   * hand.
   */
  void beRefused() {
    List<String> before = database.query(CURRENT);
    assertThatThrownBy(this::change)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55000"))
        .hasMessageContaining("changed by the library alone");
    assertThat(database.query(CURRENT)).isEqualTo(before);
    refused++;
  }

  @Override
  public String toString() {
    return "%s raw changes, the slowest %d ms, %d refused"
        .formatted(changes, slowestMillis, refused);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
