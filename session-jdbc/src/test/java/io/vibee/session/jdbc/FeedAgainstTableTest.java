package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SessionChanges;
import io.vibee.session.jdbc.testing.PgBouncer;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Whoever reads again what the feed names has what the table has, however its writers overlap, and
 * beside a transaction that is open in another database all the time.
 */
class FeedAgainstTableTest {
  private static final int FEW = 1_000;
  private static final int MANY = 20_000;

  private static final String ENTRIES =
      "select count(*) from session_fleet_changes('%s', 100) where snapshot is null";

  /** By this transaction. */
  private static final String READ =
      "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'session_activity'";

  /** How often the reader polls, in milliseconds. */
  private static final int OFTEN = 20;

  private static final int SELDOM = 500;

  @ParameterizedTest
  @EnumSource
  void tellsEachChangeOnce(Postgres postgres) throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    follow(database, database.dataSource(), database.url(), FEW, OFTEN);
  }

  @Test
  void tellsEachChangeOnceThroughAPooler(@TempDir Path folder) throws Exception {
    followThroughAPooler(folder, FEW, OFTEN);
  }

  /** It keeps the oldest transaction id that a snapshot knows where it was, maybe for hours. */
  @ParameterizedTest
  @EnumSource
  void readsNothingAgainBesideATransactionOfAnotherDatabase(Postgres postgres) throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    try (Connection elsewhere = postgres.createDatabase().connect();
        Statement writing = elsewhere.createStatement();
        Connection reading = database.connect();
        Statement poll = reading.createStatement()) {
      elsewhere.setAutoCommit(false);
      writing.execute("select pg_current_xact_id()");
      database.insertMany(500);
      String snapshot = database.value("select pg_current_snapshot()");
      database.execute("update user_sessions set phone = '+1' where user_id = '1'");
      reading.setAutoCommit(false);
      assertThat(number(poll, ENTRIES.formatted(snapshot))).isEqualTo(1);
      assertThat(number(poll, READ)).as("rows of the log").isBetween(1L, 9L);
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void tellsOfManyInTime(Postgres postgres) throws Exception {
    TestDatabase database = TestDatabase.migrated(postgres);
    assertInTime(follow(database, database.dataSource(), database.url(), MANY, SELDOM));
  }

  @Tag("slow")
  @Test
  void tellsOfManyInTimeThroughAPooler(@TempDir Path folder) throws Exception {
    assertInTime(followThroughAPooler(folder, MANY, SELDOM));
  }

  private static void assertInTime(double medianDelayMillis) {
    assertThat(medianDelayMillis).isLessThan(1.5 * SELDOM);
  }

  private static double followThroughAPooler(Path folder, int changes, int pollMillis)
      throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    int connections = RandomChanges.WRITERS + 2; // as each writer may be in a transaction
    try (PgBouncer bouncer = PgBouncer.start(database, "transaction", connections, folder)) {
      PGSimpleDataSource pooled = database.dataSource();
      pooled.setPortNumbers(new int[] {bouncer.port()});
      return follow(database, pooled, bouncer.url(), changes, pollMillis);
    }
  }

  /** Returns the median of the time from a commit until it is told, in milliseconds. */
  private static double follow(
      TestDatabase database, PGSimpleDataSource server, String url, int changes, int pollMillis)
      throws Exception {
    database.insertMany(100);
    database.insertByGuide(RandomChanges.TEMPLATE, "sess_template");
    String last = database.value("select max(id) from session_activity");
    RandomChanges writers = new RandomChanges(server, changes);
    ExecutorService threads = Executors.newFixedThreadPool(RandomChanges.WRITERS);
    FeedReader reader;
    try (Connection elsewhere = database.postgres().createDatabase().connect();
        Statement writing = elsewhere.createStatement();
        Connection reading = server.getConnection();
        JdbcSessionStore store = JdbcSessionStore.open(url)) {
      elsewhere.setAutoCommit(false);
      writing.execute("create table open (id integer)");
      List<Future<Void>> writes = writers.start(threads);
      reader = new FeedReader(store.as(SessionChanges.class).orElseThrow(), reading);
      writers.goOn();
      pollUntilDone(reader, writes, pollMillis);
      assertThat(reader.poll()).isZero();
    } finally {
      threads.shutdownNow();
    }
    assertThat(reader.sessions().values())
        .as("what the table has")
        .containsExactlyInAnyOrderElementsOf(database.query(FeedReader.ALL));
    assertThat(reader.toldAt().keySet())
        .as("transactions that were committed")
        .isEqualTo(writers.committed().keySet());
    assertThat(sorted(reader.told()))
        .as("the log: nothing missing, nothing twice")
        .isEqualTo(
            sorted(
                database.query(
                    """
                    select session_id, activity_type, user_id, details ->> 'previous_session_id'
                      from session_activity where id > %s
                    """
                        .formatted(last))))
        .hasSizeGreaterThanOrEqualTo(changes);
    return print(writers, reader, pollMillis);
  }

  private static void pollUntilDone(FeedReader reader, List<Future<Void>> writes, int pollMillis)
      throws Exception {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    Semaphore due = new Semaphore(0);
    try {
      Future<?> ticking =
          clock.scheduleAtFixedRate(due::release, 0, pollMillis, TimeUnit.MILLISECONDS);
      for (boolean done = false; !done; ) {
        due.acquire();
        due.drainPermits();
        done = writes.stream().allMatch(Future::isDone); // then this poll sees it all
        reader.poll();
      }
      ticking.cancel(true);
    } finally {
      clock.shutdownNow();
    }
    for (Future<Void> write : writes) write.get();
  }

  private static List<String> sorted(Collection<String> texts) {
    return texts.stream().sorted().toList();
  }

  private static double print(RandomChanges writers, FeedReader reader, int pollMillis) {
    List<Long> delays =
        writers.committed().entrySet().stream()
            .map(mark -> reader.toldAt().get(mark.getKey()) - mark.getValue())
            .sorted()
            .toList();
    List<Long> polls = reader.pollNanos().stream().sorted().toList();
    double median = millis(delays.get(delays.size() / 2));
    System.out.println(
        "%s entries of %s transactions in %s polls of %s ms: told after %s ms (median), %s ms (longest); a poll took %s ms (median), %s ms (longest)"
            .formatted(
                reader.told().size(),
                delays.size(),
                polls.size(),
                pollMillis,
                median,
                millis(delays.get(delays.size() - 1)),
                millis(polls.get(polls.size() / 2)),
                millis(polls.get(polls.size() - 1))));
    return median;
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }
}
