package io.vibee.session.jdbc;

import io.vibee.session.jdbc.ChunkQueue.Order;
import java.sql.Connection;
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
  private final String snapshot;
  private @Nullable Thread thread;
  private volatile boolean connected;
  private volatile boolean failed;

  LoadHelper(Jdbc jdbc, ChunkReader reader, ChunkQueue queue, String snapshot) {
    this.jdbc = jdbc;
    this.reader = reader;
    this.queue = queue;
    this.snapshot = snapshot;
  }

  /** Unless it is at work, or of no use. */
  void start() {
    if (failed || (thread != null && thread.isAlive())) return;
    thread = new Thread(null, this::run, "vibee-session load", 0, false);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      jdbc.transaction(this::read);
    } catch (SQLException | RuntimeException e) {
      failed = true;
      log.debug("sessions are loaded on one connection, a second one failed: {}", reason(e));
    } finally {
      connected = false;
    }
  }

  private static String reason(Exception e) {
    return e instanceof SQLException sql
        ? "SQLSTATE " + SqlErrors.state(sql)
        : e.getClass().getName();
  }

  private int read(Connection connection) throws SQLException {
    connected = true;
    int count = 0;
    for (Order order; (order = queue.take()) != null; count++) {
      boolean done = false;
      try {
        if (count == 0) Snapshot.join(connection, snapshot);
        order.done(reader.read(connection, order.range()));
        done = true;
      } finally {
        if (!done) order.giveBack();
      }
    }
    return count;
  }

  /** Ends it; one that waits for a connection, without waiting for it. */
  @Override
  public void close() {
    queue.close();
    if (thread == null) return;
    thread.interrupt();
    if (!connected) return;
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
