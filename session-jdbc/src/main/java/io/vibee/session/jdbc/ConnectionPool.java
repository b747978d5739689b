package io.vibee.session.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The pool of a store that has no data source of the caller's; made at the first use. */
final class ConnectionPool implements AutoCloseable {
  /** A loading agent uses one connection, a running one seldom more. */
  private static final int MAXIMUM = 4;

  private final DatabaseUrl url;
  private @Nullable HikariDataSource pool;
  private boolean closed;

  ConnectionPool(DatabaseUrl url) {
    this.url = url;
  }

  Connection connect() throws SQLException {
    return started().getConnection();
  }

  /** Under the lock of {@link #close()}, so that no pool is made behind its back. */
  private synchronized HikariDataSource started() {
    if (closed) throw new IllegalStateException("the store is closed");
    if (pool == null) pool = new HikariDataSource(config());
    return pool;
  }

  private HikariConfig config() {
    HikariConfig config = new HikariConfig();
    config.setPoolName("vibee-session");
    config.setDataSource(url.toDataSource());
    config.setMaximumPoolSize(MAXIMUM);
    config.setMinimumIdle(0);
    return config;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (pool != null) pool.close();
  }
}
