package io.vibee.session.jdbc.load;

import io.vibee.session.jdbc.load.ChunkQueue.Order;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads chunks of a load ahead, on its own thread and connection. It is dispensable: if it gets no
 * connection, or fails, the caller's thread reads everything.
 *
 * <p>It never holds a connection while it waits for its user, who may need that connection to go
 * on: when there is nothing to take, it ends, and is started again later.
 *
 * <p>Not thread-safe: used by the thread that loads.
 */
final class LoadHelper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LoadHelper.class);

  /**
   * Time for a last chunk, which takes some hundredths of a second; a connection that hangs is left
   * behind.
   */
  private static final long PATIENCE_MILLIS = 2_000;

  private final Jdbc jdbc;
  private final ChunkReader reader;
  private final ChunkQueue queue;
  private final Snapshot snapshot;
  private @Nullable Thread thread;
  private volatile boolean joined;
  private volatile boolean failed;

  LoadHelper(Jdbc jdbc, ChunkReader reader, ChunkQueue queue, Snapshot snapshot) {
    this.jdbc = jdbc;
    this.reader = reader;
    this.queue = queue;
    this.snapshot = snapshot;
  }

  /** Starts the helper unless it is running or has failed. */
  void start() {
    if (failed || (thread != null && thread.isAlive())) return;
    Thread made = new Thread(null, this::run, "vibee-session load", 0, false);
    made.setDaemon(true);
    // Newer Java sets another one, and keys may come from a service that is looked up through it.
    made.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    try {
      made.start();
      thread = made;
    } catch (OutOfMemoryError e) {
      failed = true; // no more threads: it is dispensable
    }
  }

  private void run() {
    try {
      jdbc.readOnce(
          snapshot.join(),
          tx -> {
            snapshot.requirePlace(tx);
            return read(tx);
          });
    } catch (SQLException | RuntimeException | Error e) {
      failed = true;
      log.debug("sessions are loaded on one connection, a second one failed: {}", reason(e));
    } finally {
      joined = false;
    }
  }

  private static String reason(Throwable e) {
    return e instanceof SQLException sql
        ? "SQLSTATE " + SqlErrors.state(sql)
        : e.getClass().getName();
  }

  /**
   * Reads chunks while there are some to take. Called once the server has answered: a chunk taken
   * before that would have to wait for the server.
   */
  private int read(Tx tx) throws SQLException {
    joined = true;
    int count = 0;
    for (Order order; (order = queue.take()) != null; count++) {
      boolean done = false;
      try {
        Chunk chunk = reader.read(tx, order.range());
        // For instance, if a setting that only the other connection has makes rows visible.
        if (!chunk.isComplete()) throw new SQLException("rows are missing");
        order.done(chunk);
        done = true;
      } finally {
        if (!done) order.giveBack();
      }
    }
    return count;
  }

  /** Ends the helper; waits for it only if it is reading, not if it is still connecting. */
  @Override
  public void close() {
    queue.close();
    if (thread == null) return;
    thread.interrupt();
    if (joined) Waiting.forEnd(thread, PATIENCE_MILLIS);
  }
}
