package io.vibee.session.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.vibee.session.Session;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A database with so many sessions that loading them takes several chunks, and loads of it. */
final class ManySessions {
  static final int ROWS = 12_000;

  /** Each user in the order in which they were added. */
  static final List<String> ALL =
      IntStream.rangeClosed(1, ROWS).mapToObj(Integer::toString).toList();

  private final TestDatabase database = Postgres.NEWEST.createCopy(Filled.DATABASE);

  /** The session that all others are copies of. */
  private static final class Filled {
    static final TestDatabase DATABASE = filled();

    private static TestDatabase filled() {
      TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
      database.insertMany(ROWS);
      return database;
    }
  }

  TestDatabase database() {
    return database;
  }

  HikariDataSource pool(int connections) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(connections);
    config.setConnectionTimeout(10_000);
    return new HikariDataSource(config);
  }

  /** Does something with each connection that a load takes after its first. */
  SecondConnections secondConnections(Step step) {
    return new SecondConnections(step);
  }

  /** A data source that does something of a test's own with each connection after the first. */
  final class SecondConnections extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;

    private final transient Step step;
    private int opened;

    private SecondConnections(Step step) {
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
  interface Step {
    Connection take(Connection connection) throws SQLException;
  }

  static List<String> load(DataSource dataSource, Consumer<Session> consumer) {
    try (JdbcSessionStore store = JdbcSessionStore.over(dataSource)) {
      return users(store, consumer);
    }
  }

  static List<String> users(JdbcSessionStore store) {
    return users(store, session -> {});
  }

  static List<String> users(JdbcSessionStore store, Consumer<Session> consumer) {
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

  /** Whether it is the thread that reads ahead. */
  static boolean isHelper(Thread thread) {
    return thread.getName().equals("vibee-session load");
  }
}
