package io.vibee.session.jdbc.sql;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection that is kept from call to call, and the time that each call may take. It is opened
 * at its first use, and again after {@link #call} has failed.
 *
 * <p>No setting is left on the server, where a pooler could hand it to others: the driver bounds
 * its waiting for the network, and the server that of a statement, by a setting that is local to
 * it. (A driver that bounds statements itself cancels them, and waits for that, too.)
 *
 * <p>Not for several threads at once, but for {@link #close}.
 */
public final class KeptConnection implements AutoCloseable {
  /**
   * What the server's own answer has, that a statement was cancelled, before the line is given up.
   */
  private static final long GRACE_MILLIS = 500;

  private final Connections opens;
  private final Duration timeout;
  private final ReentrantLock inUse = new ReentrantLock();
  private volatile @Nullable Connection kept;
  private volatile boolean closed;
  private int networkTimeoutBefore;
  private long deadline;

  /**
   * Creates one that does not connect yet.
   *
   * @param opens makes connections; should not take longer than the timeout
   * @param timeout how long a call may take
   */
  public KeptConnection(Connections opens, Duration timeout) {
    this.opens = opens;
    this.timeout = timeout;
  }

  /** Runs a call that takes its connections from here; after an error the next takes another. */
  public <T> T call(Supplier<T> call) {
    inUse.lock();
    try {
      requireOpen();
      deadline = System.nanoTime() + timeout.toNanos();
      return call.get();
    } catch (RuntimeException | Error e) {
      discard();
      if (closed) throw closedNow(e);
      throw e;
    } finally {
      if (closed) discard();
      inUse.unlock();
    }
  }

  private static IllegalStateException closedNow(Throwable cause) {
    return new IllegalStateException("the connection was closed", cause);
  }

  private void requireOpen() {
    if (closed) throw new IllegalStateException("the connection is closed");
  }

  /** Lends the connection to a transaction or statement of a call; closing it gives it back. */
  public Connection connect() throws SQLException {
    Connection connection = kept;
    if (connection == null) {
      connection = opens.connect();
      networkTimeoutBefore = connection.getNetworkTimeout();
      kept = connection;
      if (closed) discard();
      requireOpen();
    }
    long left = (deadline - System.nanoTime()) / 1_000_000;
    if (left <= 0) throw new SQLException("no time was left of " + timeout, "08006");
    connection.setNetworkTimeout(Runnable::run, (int) Math.min(left + GRACE_MILLIS, 1L << 30));
    return lent(connection);
  }

  /** Leaves out that it is closed, and bounds its statements. */
  private Connection lent(Connection connection) {
    return proxy(
        Connection.class,
        (method, arguments) -> {
          String name = method.getName();
          if (name.equals("close")) return null;
          if (arguments != null
              && arguments.length == 1
              && name.equals("prepareStatement")
              && connection.getAutoCommit()) {
            return bounded(connection.prepareStatement(bound() + arguments[0]));
          }
          return method.invoke(connection, arguments);
        });
  }

  /** Holds for the one transaction that a statement and what precedes it are. */
  private String bound() {
    long millis = Math.max(1, Math.min(timeout.toMillis(), 1L << 30));
    return "select pg_catalog.set_config('statement_timeout', '" + millis + "', true); ";
  }

  /** Passes over what the bound returns. */
  private static PreparedStatement bounded(PreparedStatement statement) {
    return proxy(
        PreparedStatement.class,
        (method, arguments) -> {
          if (!method.getName().equals("executeQuery")) return method.invoke(statement, arguments);
          statement.execute();
          statement.getMoreResults();
          return statement.getResultSet();
        });
  }

  @FunctionalInterface
  private interface Calls {
    @Nullable Object answer(Method method, Object @Nullable [] arguments)
        throws SQLException, ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, Calls calls) {
    Object proxy =
        Proxy.newProxyInstance(
            KeptConnection.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return calls.answer(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(proxy);
  }

  /** Cuts the connection: nobody knows what is still to come over it. */
  private void discard() {
    Connection connection = kept;
    kept = null;
    if (connection != null) abort(connection);
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
      connection.close();
    } catch (SQLException e) {
      // It is given up either way.
    }
  }

  /** Closes the connection; one in use is cut, so that its call ends. */
  @Override
  public void close() {
    closed = true;
    if (!inUse.tryLock()) {
      Connection connection = kept;
      if (connection != null) abort(connection);
      return;
    }
    try {
      giveBack();
    } finally {
      inUse.unlock();
    }
  }

  private void giveBack() {
    Connection connection = kept;
    kept = null;
    if (connection == null) return;
    try {
      connection.setNetworkTimeout(Runnable::run, networkTimeoutBefore);
      connection.close();
    } catch (SQLException e) {
      abort(connection);
    }
  }
}
