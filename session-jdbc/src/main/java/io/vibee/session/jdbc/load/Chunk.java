package io.vibee.session.jdbc.load;

import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Sessions that were read but not yet handed over, in order, including those that cannot be read.
 */
final class Chunk {
  private final int rows;
  private final List<Object> sessions;
  private long bytes;

  /** Creates a chunk for a number of rows. */
  Chunk(int rows) {
    this.rows = rows;
    this.sessions = new ArrayList<>(rows);
  }

  void add(Session session) {
    sessions.add(session);
  }

  void add(UnreadableSession session) {
    sessions.add(session);
  }

  /** Counts the length of the row that is read next, as received. */
  void addBytes(int length) {
    bytes += length;
  }

  long bytes() {
    return bytes;
  }

  /** Whether all its rows were read. */
  boolean isComplete() {
    return sessions.size() == rows;
  }

  void handOver(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    for (Object session : sessions) {
      if (session instanceof Session one) {
        readable.accept(one);
      } else {
        unreadable.accept((UnreadableSession) session);
      }
    }
  }
}
