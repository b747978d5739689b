package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.RoundTrips;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Heartbeats of many sessions at once, and what they leave behind. */
class HeartbeatTest {
  private static final int SESSIONS = 10_000;
  private static final int HEARTBEATS = 20;

  @ParameterizedTest
  @EnumSource
  void takeOneRoundTripAndRewriteRowsWhereTheyAre(Postgres postgres) throws IOException {
    TestDatabase database = TestDatabase.migrated(postgres);
    database.insertMany(SESSIONS);
    List<String> ids =
        IntStream.rangeClosed(1, SESSIONS).mapToObj(number -> "sess_" + number).toList();
    PGSimpleDataSource direct = database.dataSource();
    try (RoundTrips wire = new RoundTrips(direct.getPortNumbers()[0]);
        JdbcSessionStore store =
            JdbcSessionStore.open(
                "postgresql://postgres@localhost:" + wire.port() + "/" + database.name())) {
      store.touch(ids); // the driver asks for a type, once
      wire.take();
      for (int i = 0; i < HEARTBEATS; i++) assertThat(store.touch(ids)).isEqualTo(SESSIONS);
      assertThat(wire.take()).isEqualTo(HEARTBEATS);
    }
    String hot =
        """
        select n_tup_hot_upd > 0.95 * n_tup_upd from pg_stat_user_tables
         where relname = 'user_sessions' and n_tup_upd >= %d
        """
            .formatted(HEARTBEATS * SESSIONS);
    await().until(() -> database.query(hot), List.of("t")::equals);
  }
}
