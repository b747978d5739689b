package io.vibee.session.jdbc;

import com.zaxxer.hikari.HikariDataSource;

/** The pool of a store that has no data source of the caller's. */
final class ConnectionPool {
  /** A loading agent uses one connection, a running one seldom more. */
  private static final int MAXIMUM = 4;

  private ConnectionPool() {}

  /** Connects at the first use, and fails then without waiting if the server cannot be reached. */
  static HikariDataSource of(DatabaseUrl url) {
    HikariDataSource pool = new HikariDataSource();
    pool.setPoolName("vibee-session");
    pool.setDataSource(url.toDataSource());
    pool.setMaximumPoolSize(MAXIMUM);
    pool.setMinimumIdle(0);
    return pool;
  }
}
