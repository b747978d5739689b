package io.vibee.session.jdbc.load;

import io.vibee.session.jdbc.load.ChunkReader.Range;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one load: who reads which, and what was read and not handed over yet. They are
 * taken in order, each by one reader, and at most {@link #AHEAD} beyond the one that is due.
 *
 * <p>Safe for threads.
 */
final class ChunkQueue {
  /** Together with the next, bounds what is held in memory. */
  private static final int AHEAD = 2;

  /** As they came; of usual sessions, chunks have a tenth of it. */
  private static final long MOST_BYTES_AHEAD = 4 << 20;

  private final List<Range> ranges;
  private final BitSet taken = new BitSet();
  private final TreeMap<Integer, Chunk> read = new TreeMap<>();
  private int due;
  private boolean closed;

  ChunkQueue(List<Range> ranges) {
    this.ranges = ranges;
  }

  /** A chunk to read. */
  final class Order {
    private final int number;

    private Order(int number) {
      this.number = number;
    }

    Range range() {
      return ranges.get(number);
    }

    void done(Chunk chunk) {
      synchronized (ChunkQueue.this) {
        read.put(number, chunk);
        ChunkQueue.this.notifyAll();
      }
    }

    /** Somebody else must read it. */
    void giveBack() {
      synchronized (ChunkQueue.this) {
        taken.clear(number);
        ChunkQueue.this.notifyAll();
      }
    }
  }

  /** The next chunk to read; null when there is none at the moment. */
  synchronized @Nullable Order take() {
    int number = taken.nextClearBit(due);
    if (closed || number == ranges.size() || number > due + AHEAD) return null;
    if (number > due && bytesAhead() > MOST_BYTES_AHEAD) return null;
    Order order = new Order(number);
    taken.set(number);
    return order;
  }

  private long bytesAhead() {
    return read.values().stream().mapToLong(Chunk::bytes).sum();
  }

  /** Whether another one could be taken, now or later. */
  synchronized boolean hasMore() {
    return !closed && taken.nextClearBit(due) < ranges.size();
  }

  synchronized boolean isAtEnd() {
    return due == ranges.size();
  }

  /** The chunk that is due, once: null when it is not read yet. */
  synchronized @Nullable Chunk poll() {
    @Nullable Chunk chunk = read.remove(due);
    if (chunk != null) due++;
    return chunk;
  }

  /** Until the chunk that is due was read, or given back. */
  synchronized void await() {
    while (!read.containsKey(due) && taken.get(due)) Waiting.on(this);
  }

  /** From now on there is nothing to take. */
  synchronized void close() {
    closed = true;
  }
}
