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
 * Reads chunks of a load ahead, on a thread and a connection of its own. It is dispensable: while
 * there is no connection for it, or when it fails, whoever loads reads all.
 *
 * <p>It never holds a connection while it waits for its user, who may need one to go on: when there
 * is nothing to take, it ends, and is started again later.
 *
 * <p>To be used by one thread.
 */
final class LoadHelper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LoadHelper.class);

  /** A chunk takes some hundredths of a second; a connection that hangs is left behind. */
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

  /** Unless it is at work, or of no use. */
  void start() {
    if (failed || (thread != null && thread.isAlive())) return;
    Thread made = new Thread(null, this::run, "vibee-session load", 0, false);
    made.setDaemon(true);
    // Newer Java gives it another one, and keys may come from a service that is looked up by it.
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

  /** Once the server has answered: what is taken before could not be read until it does. */
  private int read(Tx tx) throws SQLException {
    joined = true;
    int count = 0;
    for (Order order; (order = queue.take()) != null; count++) {
      boolean done = false;
      try {
        Chunk chunk = reader.read(tx, order.range());
        // As where rows are shown by a setting that the other connection does not have.
        if (!chunk.isWhole()) throw new SQLException("rows are missing");
        order.done(chunk);
        done = true;
      } finally {
        if (!done) order.giveBack();
      }
    }
    return count;
  }

  /** Ends it; one that waits for a connection or a server, without waiting for it. */
  @Override
  public void close() {
    queue.close();
    if (thread == null) return;
    thread.interrupt();
    if (joined) Waiting.forEnd(thread, PATIENCE_MILLIS);
  }
}
