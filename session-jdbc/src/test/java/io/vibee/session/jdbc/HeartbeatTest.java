package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Wire;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

  @Test
  void reachARowThatSomebodyChangesMeanwhile() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertMany(3);
    try (Connection somebody = database.dataSource().getConnection();
        Statement statement = somebody.createStatement();
        JdbcSessionStore store = JdbcSessionStore.open(database.url())) {
      somebody.setAutoCommit(false);
      statement.execute("update user_sessions set username = 'changed' where user_id = '2'");
      FutureTask<Integer> touch =
          new FutureTask<>(() -> store.touch(List.of("sess_1", "sess_2", "sess_3")));
      new Thread(touch).start();
      await()
          .until(
              () ->
                  database.query(
                      """
                      select count(*) from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock'
                      """),
              List.of("1")::equals);
      somebody.commit();
      assertThat(touch.get(1, TimeUnit.MINUTES)).isEqualTo(3);
    }
    assertThat(
            database.query(
                "select coalesce(username, 'none') from user_sessions where last_seen_at is not null order by id"))
        .containsExactly("none", "changed", "none");
  }
}
