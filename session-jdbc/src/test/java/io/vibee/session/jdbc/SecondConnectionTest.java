package io.vibee.session.jdbc;

import static io.vibee.session.jdbc.ManySessions.ALL;
import static io.vibee.session.jdbc.ManySessions.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.NamedStatements;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Loads whose second connection is missing, late, broken, blind or the first one again. */
class SecondConnectionTest {
  /** What tells one connection from another, and does nothing with it. */
  private static final List<String> LOOKS = List.of("isWrapperFor", "unwrap");

  private final ManySessions many = new ManySessions();
  private final TestDatabase database = many.database();

  @Test
  void needsNoSecondConnection() {
    try (HikariDataSource pool = many.pool(1)) {
      assertThat(load(pool, session -> {})).isEqualTo(ALL);
      await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
    }
    DataSource full =
        many.secondConnections(
            connection -> {
              connection.close();
              throw new SQLException("too many connections", "53300");
            });
    assertThat(load(full, session -> {})).isEqualTo(ALL);
  }

  /** A pool counts it as lent until it is closed, and one of a single connection has no other. */
  @Test
  void givesBackTheFirstConnectionIfThatCameFreeMeanwhile() throws SQLException {
    try (HikariDataSource pool = many.pool(1)) {
      Jdbc jdbc = new Jdbc(pool::getConnection, NamedStatements.asConfigured());
      Jdbc others;
      try (Connection first = pool.getConnection()) {
        others = jdbc.excluding(first);
      }
      assertThatThrownBy(() -> others.read(tx -> "used"))
          .hasMessageContaining("no other connection");
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  /** A helper that held a connection while it waited for its user would wait for ever. */
  @Test
  void leavesTheSecondConnectionToTheConsumerThatNeedsOne() {
    try (HikariDataSource pool = many.pool(2);
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
    DataSource doomed = many.secondConnections(connection -> dying(connection, killed));
    List<String> users =
        load(
            doomed,
            session -> {
              // The caller reads no more until then, so a chunk was taken, and is given back.
              if (session.userId().equals("1")) await().until(() -> killed.get() == 1);
            });
    assertThat(users).isEqualTo(ALL);
  }

  /** A second connection that the server ends when it is about to read its first chunk. */
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
            SecondConnectionTest.class.getClassLoader(),
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

  /** Gives everybody the same connection, as Spring's SingleConnectionDataSource does. */
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
                  await().until(() -> askers.stream().anyMatch(ManySessions::isHelper));
                }
              });
      assertThat(loaded).isEqualTo(ALL);
    }
    assertThat(users).isNotEmpty().noneMatch(ManySessions::isHelper);
  }
}
