package io.vibee.session.jdbc;

import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import io.vibee.session.jdbc.ChunkQueue.Order;
import io.vibee.session.jdbc.ChunkReader.Range;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Streams sessions, all or the active ones, as they were at one moment, in the order of their ids.
 *
 * <p>Decrypting is most of the work, so with more than a chunk of them a {@link LoadHelper} reads
 * ahead on a second connection.
 */
final class StreamSessions {
  private final Jdbc jdbc;
  private final SessionReader reader;
  private final ChunkReader chunks;
  private final Consumer<? super Session> readable;
  private final Consumer<? super UnreadableSession> unreadable;

  private StreamSessions(
      Jdbc jdbc,
      SessionReader reader,
      boolean onlyActive,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    this.jdbc = jdbc.actingAsNobody();
    this.reader = reader;
    this.chunks = new ChunkReader(reader, onlyActive);
    this.readable = readable;
    this.unreadable = unreadable;
  }

  static StreamSessions active(
      Jdbc jdbc,
      SessionReader reader,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    return new StreamSessions(jdbc, reader, true, readable, unreadable);
  }

  static StreamSessions all(
      Jdbc jdbc,
      SessionReader reader,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    return new StreamSessions(jdbc, reader, false, readable, unreadable);
  }

  void run() {
    try {
      jdbc.transaction(this::stream);
    } catch (SQLException e) {
      throw SqlErrors.translate(e);
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  private boolean stream(Connection connection) throws SQLException {
    Snapshot.begin(connection);
    Chunk first = chunks.read(connection, Range.FIRST_OF_ALL);
    if (first.isFull()) {
      streamRest(connection, first);
    } else {
      handOver(first);
    }
    return true;
  }

  private void streamRest(Connection connection, Chunk first) throws SQLException {
    List<Range> ranges = chunks.rangesAfter(connection, first.lastId());
    ChunkQueue queue = new ChunkQueue(ranges);
    String snapshot = Snapshot.export(connection);
    try (LoadHelper helper = new LoadHelper(jdbc, chunks, queue, snapshot)) {
      if (ranges.size() > 1) helper.start();
      handOver(first);
      while (!queue.isAtEnd()) {
        @Nullable Chunk due = queue.poll();
        if (due != null) {
          handOver(due);
        } else {
          readOne(connection, queue, helper);
        }
      }
    }
  }

  private void readOne(Connection connection, ChunkQueue queue, LoadHelper helper)
      throws SQLException {
    @Nullable Order order = queue.take();
    if (order == null) {
      queue.await();
      return;
    }
    helper.start();
    order.done(chunks.read(connection, order.range()));
  }

  private void handOver(Chunk chunk) {
    chunk.handOver(readable, unreadable);
  }
}
