package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.vibee.session.Session;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Wire;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Loads that take several chunks, with the second connection there, missing, late or broken. */
class StreamSessionsTest {
  private static final int ROWS = 12_000;

  /** Each user in the order in which they were added. */
  private static final List<String> ALL =
      IntStream.rangeClosed(1, ROWS).mapToObj(Integer::toString).toList();

  /** What tells one connection from another, and does nothing with it. */
  private static final List<String> LOOKS = List.of("isWrapperFor", "unwrap");

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  /** A data source that does something of a test's own with each connection after the first. */
  private final class SecondConnections extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;

    private final transient Step step;
    private int opened;

    SecondConnections(Step step) {
      this.step = step;
      setUrl(database.dataSource().getUrl());
      setUser(database.dataSource().getUser());
    }

    @Override
    public Connection getConnection() throws SQLException {
      boolean first;
      synchronized (this) {
        // The first is for the check of the schema, the second for the load.
        first = ++opened <= 2;
      }
      return first ? super.getConnection() : step.take(super.getConnection());
    }
  }

  @FunctionalInterface
  private interface Step {
    Connection take(Connection connection) throws SQLException;
  }

  @BeforeEach
  void fill() {
    database.insertMany(ROWS);
  }

  @Test
  void readsAheadOnASecondConnectionAndKeepsTheOrder() {
    List<Thread> helpers = new CopyOnWriteArrayList<>();
    DataSource dataSource =
        new SecondConnections(
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
    for (int many :
        List.of(8_001, 8_000, 7_999, 4_001, 4_000, 2_001, 2_000, 1_999, 501, 500, 499, 1, 0)) {
      database.execute("delete from user_sessions where id > " + many);
      assertThat(load(database.dataSource(), session -> {})).isEqualTo(ALL.subList(0, many));
    }
  }

  /** As where a data source shows rows by a setting of the thread that asks. */
  @ParameterizedTest
  @ValueSource(ints = {ROWS, 2_001})
  void doesWithoutASecondConnectionThatShowsLess(int many) {
    String role = "role_" + database.name();
    database.execute(
        """
        delete from user_sessions where id > %d;
        create role %s login;
        grant select on session_schema_version, encryption_keys, user_sessions to %2$s;
        alter table user_sessions enable row level security;
        create policy shown on user_sessions
          using (coalesce(current_setting('app.shows', true), '') <> 'nothing')
        """
            .formatted(many, role));
    AtomicInteger blind = new AtomicInteger();
    SecondConnections dataSource =
        new SecondConnections(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                statement.execute("set app.shows = 'nothing'");
              }
              blind.incrementAndGet();
              return connection;
            });
    dataSource.setUser(role);
    List<String> users =
        load(
            dataSource,
            session -> {
              if (session.userId().equals("1")) await().until(() -> blind.get() == 1);
            });
    assertThat(users).isEqualTo(ALL.subList(0, many));
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

  @Test
  void needsNoSecondConnection() {
    try (HikariDataSource pool = pool(1)) {
      assertThat(load(pool, session -> {})).isEqualTo(ALL);
      await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
    }
    DataSource full =
        new SecondConnections(
            connection -> {
              connection.close();
              throw new SQLException("too many connections", "53300");
            });
    assertThat(load(full, session -> {})).isEqualTo(ALL);
  }

  /** One that waited for its user with a connection in hand would wait for ever. */
  @Test
  void leavesTheSecondConnectionToTheConsumerThatNeedsOne() {
    try (HikariDataSource pool = pool(2);
        JdbcSessionStore store = JdbcSessionStore.over(pool)) {
      List<String> users = new ArrayList<>();
      store.forEachActive(
          session -> {
            users.add(session.userId());
            if (users.size() % 50 == 0)
              assertThat(store.findByUserId(session.userId())).isPresent();
          },
          unreadable -> {});
      assertThat(users).isEqualTo(ALL);
    }
  }

  @Test
  void goesOnWhenTheSecondConnectionBreaks() {
    AtomicInteger killed = new AtomicInteger();
    DataSource doomed = new SecondConnections(connection -> dying(connection, killed));
    List<String> users =
        load(
            doomed,
            session -> {
              // The caller reads no more until then, so a chunk was taken, and is given back.
              if (session.userId().equals("1")) await().until(() -> killed.get() == 1);
            });
    assertThat(users).isEqualTo(ALL);
  }

  /** One whose server ends it when it is about to read its first chunk. */
  private Connection dying(Connection connection, AtomicInteger killed) {
    AtomicInteger asked = new AtomicInteger();
    return watched(
        connection,
        call -> {
          if (call.equals("unwrap") && asked.incrementAndGet() == 3) {
            database.query("select pg_terminate_backend(%d, 10000)".formatted(backend(connection)));
            killed.incrementAndGet();
          }
          return true;
        });
  }

  /** Asks before each call whether it may be made. */
  private static Connection watched(Connection connection, Predicate<String> mayBeMade) {
    return (Connection)
        Proxy.newProxyInstance(
            StreamSessionsTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (!mayBeMade.test(method.getName())) return null;
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static int backend(Connection connection) {
    try {
      return connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As Spring's SingleConnectionDataSource gives it to all. */
  @Test
  void sharesItsConnectionWithNobody() throws SQLException {
    List<Thread> askers = new CopyOnWriteArrayList<>();
    List<Thread> users = new CopyOnWriteArrayList<>();
    try (Connection connection = database.dataSource().getConnection()) {
      Connection only =
          watched(
              connection,
              call -> {
                if (!LOOKS.contains(call)) users.add(Thread.currentThread());
                return !call.equals("close");
              });
      DataSource single =
          new PGSimpleDataSource() {
            private static final long serialVersionUID = 1L;

            @Override
            public Connection getConnection() {
              askers.add(Thread.currentThread());
              return only;
            }
          };
      List<String> loaded =
          load(
              single,
              session -> {
                if (session.userId().equals("1")) {
                  await().until(() -> askers.stream().anyMatch(this::isHelper));
                }
              });
      assertThat(loaded).isEqualTo(ALL);
    }
    assertThat(users).isNotEmpty().noneMatch(this::isHelper);
  }

  /** What comes of it later would be taken for the answers to what is asked next. */
  @Test
  void leavesAConnectionThatStalledWithinACopy() throws IOException {
    HikariConfig config = new HikariConfig();
    config.setMaximumPoolSize(1);
    try (Wire wire = new Wire(database.dataSource().getPortNumbers()[0])) {
      config.setJdbcUrl(
          "jdbc:postgresql://localhost:%d/%s?user=postgres&socketTimeout=1"
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
  void stopsWithItsConsumerAndLeavesNothingBehind() {
    RuntimeException stop = new IllegalStateException("enough");
    try (HikariDataSource pool = pool(4);
        JdbcSessionStore store = JdbcSessionStore.over(pool)) {
      int[] count = {0};
      assertThatThrownBy(
              () ->
                  store.forEachActive(
                      session -> {
                        if (++count[0] == 600) throw stop;
                      },
                      unreadable -> {}))
          .isSameAs(stop);
      assertThat(count[0]).isEqualTo(600);
      await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
      await().until(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(this::isHelper));
    }
  }

  private boolean isHelper(Thread thread) {
    return thread.getName().equals("vibee-session load");
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

  /** The copy that it was found in must not keep the connection. */
  @Test
  void refusesAColumnOfAnotherType() {
    database.execute(
        "alter table user_sessions alter column last_seen_at type date; update user_sessions set last_seen_at = now() where user_id = '7000'");
    try (HikariDataSource pool = pool(1);
        JdbcSessionStore store = JdbcSessionStore.over(pool)) {
      assertThatThrownBy(() -> store.forEachActive(session -> {}, unreadable -> {}))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("another type");
      assertThat(store.counts().active()).isEqualTo(ROWS);
    }
  }

  private static List<String> load(DataSource dataSource, Consumer<Session> consumer) {
    try (JdbcSessionStore store = JdbcSessionStore.over(dataSource)) {
      return users(store, consumer);
    }
  }

  private static List<String> users(JdbcSessionStore store) {
    return users(store, session -> {});
  }

  private static List<String> users(JdbcSessionStore store, Consumer<Session> consumer) {
    List<String> users = new ArrayList<>();
    store.forEachActive(
        session -> {
          users.add(session.userId());
          consumer.accept(session);
        },
        unreadable -> {
          throw new IllegalStateException(unreadable.toString());
        });
    return users;
  }

  private HikariDataSource pool(int connections) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(connections);
    config.setConnectionTimeout(10_000);
    return new HikariDataSource(config);
  }
}
