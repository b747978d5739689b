package io.vibee.session.jdbc;

import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Sessions that were read and not yet handed over, in order, with those that cannot be read. */
final class Chunk {
  private final int limit;
  private final List<Object> sessions;
  private long bytes;

  /** With room for as many as there may be. */
  Chunk(int limit) {
    this.limit = limit;
    this.sessions = new ArrayList<>(limit);
  }

  void add(Session session) {
    sessions.add(session);
  }

  void add(UnreadableSession session) {
    sessions.add(session);
  }

  /** Of the row that is read next, as it came. */
  void addBytes(int length) {
    bytes += length;
  }

  long bytes() {
    return bytes;
  }

  boolean isFull() {
    return sessions.size() == limit;
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
