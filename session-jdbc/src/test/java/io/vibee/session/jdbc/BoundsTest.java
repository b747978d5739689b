package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.NewKey;
import io.vibee.session.RotationProgress;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.NamedStatements;
import io.vibee.session.jdbc.sql.Tx;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** No call waits for ever, and an error says what it waited for. */
class BoundsTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private Connection somebody;

  @BeforeEach
  void connect() throws SQLException {
    database.insertByGuide("1", "sess_1");
    somebody = database.connect();
    somebody.setAutoCommit(false);
  }

  @AfterEach
  void disconnect() throws SQLException {
    somebody.close();
  }

  /** Runs SQL in a transaction that stays open. */
  private void somebodyRuns(String sql) throws SQLException {
    try (Statement statement = somebody.createStatement()) {
      statement.execute(sql);
    }
  }

  private void set(String setting) {
    database.execute("alter database " + database.name() + " set " + setting);
  }

  private static String settings(Tx tx) throws SQLException {
    try (Statement statement = tx.connection().createStatement();
        ResultSet row =
            statement.executeQuery(
                "select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')")) {
      row.next();
      return row.getString(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OLDEST, 0, 0, 50s 40s",
    "NEWEST, 0, 0, 50s 40s",
    "NEWEST, 1500ms, 9s, 1500ms 9s",
    "NEWEST, 1min, 1h, 50s 40s",
    "NEWEST, 3d, 40001ms, 50s 40s",
  })
  void ofStatementsAndLocksAreTheStricterOnes(
      Postgres postgres, String statementTimeout, String lockTimeout, String expected) {
    TestDatabase migrated = TestDatabase.migrated(postgres);
    Jdbc jdbc =
        new Jdbc(
            () -> {
              Connection connection = migrated.connect();
              try (Statement statement = connection.createStatement()) {
                statement.execute("set statement_timeout to '" + statementTimeout + "'");
                statement.execute("set lock_timeout to '" + lockTimeout + "'");
              }
              return connection;
            },
            NamedStatements.asConfigured());
    assertThat(jdbc.<String>read(BoundsTest::settings)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lock_timeout = '200ms' | select from user_sessions for update | 55P03 | user_sessions",
        "lock_timeout = '200ms' | select from encryption_keys for update | 55P03 | encryption_keys",
        "lock_timeout = '200ms' | lock table user_sessions | 55P03 | a row or a table",
        "statement_timeout = '400ms' | select from user_sessions for update | 57014 | statement_timeout",
      })
  void sayWhatWasWaitedFor(String setting, String held, String sqlState, String named)
      throws SQLException {
    set(setting);
    somebodyRuns("set statement_timeout to 0; set lock_timeout to 0; " + held);
    try (JdbcSessionStore store = database.store()) {
      assertThatThrownBy(() -> store.save(TestSessions.session("1")))
          .isInstanceOfSatisfying(
              StoreUnavailableException.class, e -> assertThat(e.sqlState()).isEqualTo(sqlState))
          .hasMessageContaining(named)
          .hasMessageContaining("nothing was changed")
          .hasMessageNotContaining("DATABASE_URL");
    }
  }

  @Test
  void letNothingHappenLaterThatFailed() throws SQLException {
    somebodyRuns("select from user_sessions for update");
    try (JdbcSessionStore store =
        JdbcSessionStore.open(
            "jdbc:postgresql://localhost:%d/%s?user=postgres&socketTimeout=1"
                .formatted(database.postgres().port(), database.name()))) {
      store.check();
      assertThatThrownBy(() -> store.delete("sess_1"))
          .isInstanceOf(StoreUnavailableException.class);
    }
    somebody.rollback();
    await()
        .until(
            () ->
                database
                    .value(
                        "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'vibee-session'")
                    .equals("0"));
    assertThat(database.value("select count(*) from user_sessions")).isEqualTo("1");
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void keepAKeyChangeThatWaitsFromStoppingEverybody() throws Exception {
    somebodyRuns("update user_sessions set api_hash_encrypted = api_hash_encrypted where false");
    try (JdbcSessionStore store = database.store();
        JdbcSessionStore other = database.store()) {
      FutureTask<Integer> change =
          new FutureTask<>(() -> store.changeKey(NewKey.generated()).version());
      new Thread(change).start();
      await()
          .until(
              () ->
                  !database
                      .value(
                          "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'relation'")
                      .equals("0"));
      for (int i = 0; i < 3; i++) {
        long start = System.nanoTime();
        other.save(TestSessions.session("u" + i));
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
      }
      assertThat(change.isDone()).isFalse();
      somebody.commit();
      assertThat(change.get(10, TimeUnit.SECONDS)).isEqualTo(3);
      assertThat(other.rotate().complete()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void endARotationWithWhatIsLeftWhereARowIsHeld(Postgres postgres) throws SQLException {
    TestDatabase rows = TestDatabase.migrated(postgres);
    rows.insertMany(20);
    rows.execute("alter database " + rows.name() + " set lock_timeout = '300ms'");
    try (Connection holder = rows.connect();
        Statement statement = holder.createStatement();
        JdbcSessionStore store = rows.store()) {
      store.changeKey(NewKey.generated());
      holder.setAutoCommit(false);
      statement.execute("select from user_sessions where id = 7 for update");
      RotationProgress end = store.rotate();
      assertThat(end.done()).isEqualTo(19);
      assertThat(end.left()).isEqualTo(1);
      assertThat(end.complete()).isFalse();
      assertThatThrownBy(store::rotate)
          .as("nothing could be moved")
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("user_sessions");
      holder.rollback();
      assertThat(store.rotate().complete()).isTrue();
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void endAKeyChangeThatWaitsWithAnErrorThatNamesIt() throws SQLException {
    somebodyRuns("update user_sessions set api_hash_encrypted = api_hash_encrypted where false");
    try (JdbcSessionStore store = database.store()) {
      store.check();
      Thread.currentThread().interrupt(); // where it would pause
      assertThatThrownBy(() -> store.changeKey(NewKey.generated()))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContainingAll("encryption_keys", "pg_terminate_backend");
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
