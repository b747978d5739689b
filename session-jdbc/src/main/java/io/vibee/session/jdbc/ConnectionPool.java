package io.vibee.session.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The pool of a store that has no data source of the caller's; made at the first use. */
final class ConnectionPool implements AutoCloseable {
  /** A loading agent uses one connection, a running one seldom more. */
  private static final int MAXIMUM = 4;

  /** For a connection, whether one must come free or be made. */
  private static final long WAIT_MILLIS = 5_000;

  private static final long VALIDATION_MILLIS = 2_000;

  private final DatabaseUrl url;
  private @Nullable HikariDataSource pool;
  private volatile boolean closed;
  private final Set<Thread> waiting = Collections.synchronizedSet(new HashSet<>());

  ConnectionPool(DatabaseUrl url) {
    this.url = url;
  }

  Connection connect() {
    HikariDataSource started = started();
    waiting.add(Thread.currentThread());
    try {
      return started.getConnection();
    } catch (SQLTransientConnectionException e) {
      // Its cause is why none could be made; without one, all are lent.
      if (closed || e.getCause() instanceof SQLException) throw whyNot(e);
      throw new StoreUnavailableException(
          "all "
              + MAXIMUM
              + " connections of the store are in use, and none came free in 5 seconds: try again,"
              + " end loads that wait for their consumer, or use a data source with more"
              + " connections",
          "",
          SqlErrors.copy(e));
    } catch (SQLException e) {
      throw whyNot(e);
    } finally {
      leave();
    }
  }

  private RuntimeException whyNot(SQLException error) {
    return closed
        ? new IllegalStateException("the store is closed", SqlErrors.copy(error))
        : url.unavailable(error);
  }

  /** The interruption by {@link #close()} was for the wait alone. */
  private void leave() {
    synchronized (waiting) {
      if (waiting.remove(Thread.currentThread())) return;
    }
    Thread.interrupted();
  }

  /** Under the lock of {@link #close()}, so that no pool is made behind its back. */
  private synchronized HikariDataSource started() {
    if (closed) throw new IllegalStateException("the store is closed");
    if (pool == null) {
      try {
        HikariDataSource made = new HikariDataSource(config());
        made.setMinimumIdle(0);
        pool = made;
      } catch (PoolInitializationException e) {
        throw url.unavailable(SqlErrors.unwrap(e));
      }
    }
    return pool;
  }

  /**
   * The pool connects when it is made, to fail at once where it cannot, and closes that connection
   * again if none is to be idle: so one is, until then.
   */
  private HikariConfig config() {
    HikariConfig config = new HikariConfig();
    config.setPoolName("vibee-session");
    config.setDataSource(url.toDataSource());
    config.setMaximumPoolSize(MAXIMUM);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(WAIT_MILLIS);
    config.setValidationTimeout(VALIDATION_MILLIS);
    return config;
  }

  /** Also wakes those who wait for a connection: the pool would let them wait to the end. */
  @Override
  public synchronized void close() {
    closed = true;
    if (pool != null) pool.close();
    synchronized (waiting) {
      waiting.forEach(Thread::interrupt);
      waiting.clear();
    }
  }
}
