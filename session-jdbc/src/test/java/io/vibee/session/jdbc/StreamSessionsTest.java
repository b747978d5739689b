package io.vibee.session.jdbc;

import static io.vibee.session.jdbc.ManySessions.ALL;
import static io.vibee.session.jdbc.ManySessions.ROWS;
import static io.vibee.session.jdbc.ManySessions.load;
import static io.vibee.session.jdbc.ManySessions.users;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.OwnThreads;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Wire;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/**
 * Loads that take several chunks, to the end, up to a fault, or up to where their consumer stops.
 */
class StreamSessionsTest {
  private final ManySessions many = new ManySessions();
  private final TestDatabase database = many.database();

  @Test
  void readsAheadOnASecondConnectionAndKeepsTheOrder() {
    List<Thread> helpers = new CopyOnWriteArrayList<>();
    DataSource dataSource =
        many.secondConnections(
            connection -> {
              helpers.add(Thread.currentThread());
              return connection;
            });
    List<String> users =
        load(
            dataSource,
            session -> {
              if (session.userId().equals("1")) await().until(() -> !helpers.isEmpty());
            });
    assertThat(users).isEqualTo(ALL);
    assertThat(helpers).doesNotContain(Thread.currentThread());
    await().until(() -> helpers.stream().noneMatch(Thread::isAlive));
  }

  /** Around a step, one chunk, and where two, four and six share them. */
  @Test
  void loadsEachOnceHoweverManyThereAre() {
    for (int rows :
        List.of(8_001, 8_000, 7_999, 4_001, 4_000, 2_001, 2_000, 1_999, 501, 500, 499, 1, 0)) {
      database.execute("delete from user_sessions where id > " + rows);
      assertThat(load(database.dataSource(), session -> {})).isEqualTo(ALL.subList(0, rows));
    }
  }

  @Test
  void handsOverWhatWasThereAtOneMoment() {
    List<String> users =
        load(
            database.dataSource(),
            session -> {
              if (!session.userId().equals("1")) return;
              // Added again, it is the last of all: the same account would be started twice.
              database.execute(
                  """
                  with gone as (delete from user_sessions where user_id = '11000' returning *)
                  select from gone;
                  insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
                    select '11000', 'sess_11000', 94892, api_hash_encrypted
                      from user_sessions where user_id = '1'
                  """);
            });
    assertThat(users).isEqualTo(ALL);
  }

  /** What arrives of it later would be taken for the answers to the next queries. */
  @Test
  void leavesAConnectionThatStalledWithinACopy() throws IOException {
    HikariConfig config = new HikariConfig();
    config.setMaximumPoolSize(1);
    try (Wire wire = new Wire(database.dataSource().getPortNumbers()[0])) {
      config.setJdbcUrl(
          "jdbc:postgresql://localhost:%d/%s?user=postgres&socketTimeout=2"
              .formatted(wire.port(), database.name()));
      try (HikariDataSource pool = new HikariDataSource(config);
          JdbcSessionStore store = JdbcSessionStore.over(pool)) {
        store.check();
        wire.stallAfter(200_000);
        assertThatThrownBy(() -> store.forEachActive(session -> {}, unreadable -> {}))
            .isInstanceOf(StoreUnavailableException.class)
            .hasMessageContaining("08006");
        for (int i = 0; i < 3; i++) assertThat(users(store)).isEqualTo(ALL);
      }
    }
  }

  @Test
  void stopsWithItsConsumerAndLeavesNothingBehind() throws Exception {
    RuntimeException stop = new IllegalStateException("enough");
    OwnThreads threads = new OwnThreads();
    try (HikariDataSource pool = many.pool(4);
        JdbcSessionStore store = JdbcSessionStore.over(pool)) {
      int[] count = {0};
      Callable<Void> load =
          () -> {
            store.forEachActive(
                session -> {
                  if (++count[0] == 600) throw stop;
                },
                unreadable -> {});
            return null;
          };
      assertThatThrownBy(() -> threads.during(load)).isSameAs(stop);
      assertThat(count[0]).isEqualTo(600);
      await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
      await().until(() -> threads.alive().stream().noneMatch(ManySessions::isHelper));
    }
  }

  @Test
  void keepsAnInterruptionForItsCaller() {
    Thread.currentThread().interrupt();
    try {
      assertThat(load(database.dataSource(), session -> {})).isEqualTo(ALL);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** The copy in which it was found must not keep the connection. */
  @Test
  void refusesAColumnOfAnotherType() {
    database.execute(
        "alter table user_sessions alter column last_seen_at type date; update user_sessions set last_seen_at = now() where user_id = '7000'");
    try (HikariDataSource pool = many.pool(1);
        JdbcSessionStore store = JdbcSessionStore.over(pool)) {
      assertThatThrownBy(() -> store.forEachActive(session -> {}, unreadable -> {}))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("another type");
      assertThat(store.counts().active()).isEqualTo(ROWS);
    }
  }
}
