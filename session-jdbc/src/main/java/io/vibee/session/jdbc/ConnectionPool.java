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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection pool of a store that is opened by URL; created at its first use. */
final class ConnectionPool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConnectionPool.class);

  /** An agent that loads uses at most two connections, a running one seldom more than one. */
  private static final int MAXIMUM = 4;

  /** Applies both to waiting for a free connection and to making one. */
  private static final long WAIT_MILLIS = 5_000;

  private static final long VALIDATION_MILLIS = 2_000;

  /** Time for the preparation, which takes some hundredths of a second. */
  private static final long PREPARATION_MILLIS = 2_000;

  private final DatabaseUrl url;
  private final @Nullable Runnable preparation;
  private @Nullable Thread preparing;
  private @Nullable HikariDataSource pool;
  private volatile boolean closed;
  private final Set<Thread> waiting = Collections.synchronizedSet(new HashSet<>());

  /**
   * Creates a pool that does not connect yet.
   *
   * @param preparation what may as well be done while the first connection is made; null for
   *     nothing
   */
  ConnectionPool(DatabaseUrl url, @Nullable Runnable preparation) {
    this.url = url;
    this.preparation = preparation;
  }

  Connection connect() {
    HikariDataSource started = started();
    waiting.add(Thread.currentThread());
    try {
      return started.getConnection();
    } catch (SQLTransientConnectionException e) {
      // The cause says why none could be made; without a cause, all are in use.
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

  /** Clears the interruption by {@link #close()}, which was for the wait alone. */
  private void leave() {
    synchronized (waiting) {
      if (waiting.remove(Thread.currentThread())) return;
    }
    Thread.interrupted();
  }

  /**
   * Creates the pool at first use, under the lock of {@link #close()}, so that none is created
   * after that.
   */
  private synchronized HikariDataSource started() {
    if (closed) throw new IllegalStateException("the store is closed");
    if (pool == null) {
      prepare();
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
   * Starts the preparation, once. It is dispensable: what fails now will fail when it is needed.
   */
  private void prepare() {
    @Nullable Runnable work = preparation;
    if (work == null || preparing != null) return;
    Runnable guarded =
        () -> {
          try {
            work.run();
          } catch (RuntimeException | LinkageError e) {
            log.debug("what was to be prepared failed: {}", e.getClass().getName());
          }
        };
    Thread thread = new Thread(null, guarded, "vibee-session prepare", 0, false);
    thread.setDaemon(true);
    try {
      thread.start();
      preparing = thread;
    } catch (OutOfMemoryError e) {
      log.debug("there is no room for another thread");
    }
  }

  /**
   * Keeps one connection idle while the pool is created: the pool connects then, to fail at once if
   * it cannot, and would close that connection again if none were to be idle.
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

  /**
   * Closes the pool, and wakes those who wait for a connection: the pool would let their time run
   * out.
   */
  @Override
  public synchronized void close() {
    closed = true;
    if (pool != null) pool.close();
    synchronized (waiting) {
      waiting.forEach(Thread::interrupt);
      waiting.clear();
    }
    if (preparing != null) {
      try {
        preparing.join(PREPARATION_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
