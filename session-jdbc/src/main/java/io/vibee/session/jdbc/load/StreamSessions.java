package io.vibee.session.jdbc.load;

import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import io.vibee.session.jdbc.load.ChunkQueue.Order;
import io.vibee.session.jdbc.load.ChunkReader.Range;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Streams sessions, all or the active ones, as they were at one moment, in the order of their ids.
 *
 * <p>Decrypting is most of the work, so if there is more than one chunk, a {@link LoadHelper} reads
 * ahead on a second connection.
 */
public final class StreamSessions {
  private final Jdbc jdbc;
  private final SessionReader reader;
  private final boolean onlyActive;
  private final Consumer<? super Session> readable;
  private final Consumer<? super UnreadableSession> unreadable;

  private StreamSessions(
      Jdbc jdbc,
      SessionReader reader,
      boolean onlyActive,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    this.jdbc = jdbc;
    this.reader = reader;
    this.onlyActive = onlyActive;
    this.readable = Objects.requireNonNull(readable, "readable");
    this.unreadable = Objects.requireNonNull(unreadable, "unreadable");
  }

  /** Prepares to stream the active sessions. */
  public static StreamSessions active(
      Jdbc jdbc,
      SessionReader reader,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    return new StreamSessions(jdbc, reader, true, readable, unreadable);
  }

  /** Prepares to stream all sessions. */
  public static StreamSessions all(
      Jdbc jdbc,
      SessionReader reader,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    return new StreamSessions(jdbc, reader, false, readable, unreadable);
  }

  /** Hands over the sessions of these ids, active or not, in no particular order. */
  public static void named(
      Jdbc jdbc,
      SessionReader reader,
      Collection<String> sessionIds,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    StreamNamed.run(jdbc, reader, sessionIds, readable, unreadable);
  }

  /** Hands each session to one of the consumers, on the calling thread. */
  public void run() {
    try {
      if (!tryOn(true)) tryOn(false);
    } catch (SQLException e) {
      throw jdbc.translate(e);
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  /** Returns false, having handed nothing over, if help was wanted but is not available. */
  private boolean tryOn(boolean helped) throws SQLException {
    try {
      return jdbc.readOnce(Snapshot.BEGIN, tx -> stream(tx, helped));
    } catch (NotExportedException e) {
      return false;
    }
  }

  private boolean stream(Tx tx, boolean helped) throws SQLException {
    ChunkReader chunks = new ChunkReader(reader, LoadedKeys.read(tx), onlyActive);
    List<Range> ranges = chunks.ranges(tx);
    ChunkQueue queue = new ChunkQueue(ranges);
    if (!helped || ranges.size() <= 1) {
      stream(tx, chunks, queue, () -> {});
    } else {
      Jdbc others = jdbc.excluding(tx.connection());
      try (LoadHelper helper = new LoadHelper(others, chunks, queue, export(tx))) {
        stream(tx, chunks, queue, helper::start);
      }
    }
    return true;
  }

  /** Exports the snapshot, which a server may forbid, or have no room for its file. */
  private static Snapshot export(Tx tx) throws SQLException {
    try {
      return Snapshot.export(tx);
    } catch (SQLException e) {
      if (SqlErrors.state(e).startsWith("08")) throw e;
      throw new NotExportedException(e);
    }
  }

  private static final class NotExportedException extends SQLException {
    private static final long serialVersionUID = 1L;

    NotExportedException(SQLException cause) {
      super("the snapshot cannot be exported", cause.getSQLState());
    }
  }

  private void stream(Tx tx, ChunkReader chunks, ChunkQueue queue, Runnable help)
      throws SQLException {
    while (!queue.isAtEnd()) {
      @Nullable Chunk due = queue.poll();
      @Nullable Order order = due == null ? queue.take() : null;
      if (due != null) {
        handOver(due);
      } else if (order == null) {
        queue.await();
      } else {
        if (queue.hasMore()) help.run();
        order.done(chunks.read(tx, order.range()));
      }
    }
  }

  private void handOver(Chunk chunk) {
    chunk.handOver(readable, unreadable);
  }
}
