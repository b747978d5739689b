package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.SessionReport;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Wire;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Heartbeats of many sessions at once, and what they leave behind. */
@Isolated("open transactions elsewhere on the server keep the dead rows that it counts")
class HeartbeatTest {
  private static final int SESSIONS = 10_000;
  private static final int HEARTBEATS = 20;

  @ParameterizedTest
  @EnumSource
  void takeThreeRoundTripsAndRewriteRowsWhereTheyAre(Postgres postgres) throws IOException {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(SESSIONS);
    List<String> ids =
        IntStream.rangeClosed(1, SESSIONS).mapToObj(number -> "sess_" + number).toList();
    PGSimpleDataSource direct = database.dataSource();
    try (Wire wire = new Wire(direct.getPortNumbers()[0]);
        JdbcSessionStore store =
            JdbcSessionStore.open(
                "postgresql://postgres@localhost:" + wire.port() + "/" + database.name())) {
      store.touch(ids); // the driver asks for a type, once
      store.touch(ids); // and the second one whether the connection is direct, once
      wire.takeRoundTrips();
      for (int i = 0; i < HEARTBEATS; i++) assertThat(store.touch(ids)).isEqualTo(SESSIONS);
      // The beginning with its settings, the statement, the end.
      assertThat(wire.takeRoundTrips()).isEqualTo(3 * HEARTBEATS);
    }
    String hot =
        """
        select n_tup_hot_upd > 0.95 * n_tup_upd from pg_stat_user_tables
         where relname = 'user_sessions' and n_tup_upd >= %d
        """
            .formatted(HEARTBEATS * SESSIONS);
    await().until(() -> database.query(hot), List.of("t")::equals);
  }

  private static JdbcSessionStore storeOfThree(TestDatabase database, Connection somebody)
      throws SQLException {
    database.insertMany(3);
    somebody.setAutoCommit(false);
    try (Statement statement = somebody.createStatement()) {
      statement.execute("update user_sessions set username = 'changed' where user_id = '2'");
    }
    return JdbcSessionStore.open(database.url());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void comeBackToARowThatSomebodyChangesMeanwhile(boolean reporting) throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    List<String> ids = List.of("sess_1", "sess_2", "sess_3", "unknown");
    List<SessionReport> reports = ids.stream().map(id -> SessionReport.of(id, true)).toList();
    try (Connection somebody = database.dataSource().getConnection();
        JdbcSessionStore store = storeOfThree(database, somebody)) {
      FutureTask<Integer> beat =
          new FutureTask<>(() -> reporting ? store.report(reports).size() : store.touch(ids));
      new Thread(beat).start();
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(
              () ->
                  database.value(
                      "select count(*) from user_sessions where last_seen_at is not null"),
              "2"::equals);
      somebody.commit();
      assertThat(beat.get(1, TimeUnit.MINUTES)).isEqualTo(3);
    }
    assertThat(
            database.query(
                "select coalesce(username, 'none') from user_sessions where last_seen_at is not null order by id"))
        .containsExactly("none", "changed", "none");
    assertThat(
            database.value("select count(*) from session_activity where activity_type = 'login'"))
        .isEqualTo(reporting ? "3" : "0");
  }

  @Test
  void tellWhatTheyWroteBeforeTheDatabaseWasLost() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.execute("create role %1$s login superuser".formatted(database.name() + "_beat"));
    try (Connection somebody = database.dataSource().getConnection();
        JdbcSessionStore rows = storeOfThree(database, somebody);
        JdbcSessionStore store = JdbcSessionStore.open(database.url(database.name() + "_beat"))) {
      assertThat(rows.counts().active()).isEqualTo(3);
      FutureTask<Set<String>> beat =
          new FutureTask<>(
              () ->
                  store.report(
                      Stream.of("sess_1", "sess_2", "sess_3")
                          .map(id -> SessionReport.failed(id, "made up"))
                          .toList()));
      new Thread(beat).start();
      await()
          .pollInterval(Duration.ofMillis(10))
          .until(
              () ->
                  database.value(
                      "select count(*) from user_sessions where last_seen_at is not null"),
              "2"::equals);
      database.execute("alter role %1$s nologin".formatted(database.name() + "_beat"));
      database.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = '%s'"
              .formatted(database.name() + "_beat"));
      assertThat(beat.get(1, TimeUnit.MINUTES)).containsExactlyInAnyOrder("sess_1", "sess_3");
      somebody.rollback();
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void leaveARowThatIsHeldForLongToTheNextOne() throws SQLException {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    List<String> ids = List.of("sess_1", "sess_2", "sess_3");
    try (Connection somebody = database.dataSource().getConnection();
        JdbcSessionStore store = storeOfThree(database, somebody)) {
      long start = System.nanoTime();
      assertThat(store.touch(ids)).isEqualTo(2);
      assertThat(System.nanoTime() - start)
          .isBetween(TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(8));
      somebody.rollback();
      assertThat(store.touch(ids)).isEqualTo(3);
    }
  }
}
