package io.vibee.session.jdbc.load;

import io.vibee.session.jdbc.load.ChunkReader.Range;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one load: who reads which, and which were read but not yet handed over. They are
 * taken in order, each by one reader, and at most {@link #AHEAD} beyond the one that is due.
 *
 * <p>Thread-safe.
 */
final class ChunkQueue {
  /** Limits what is held in memory, together with {@link #MOST_BYTES_AHEAD}. */
  private static final int AHEAD = 2;

  /** Bytes as received; chunks of ordinary sessions have a tenth of this. */
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

    /** Returns the chunk unread, so that somebody else reads it. */
    void giveBack() {
      synchronized (ChunkQueue.this) {
        taken.clear(number);
        ChunkQueue.this.notifyAll();
      }
    }
  }

  /** Takes the next chunk to read; null if there is none at the moment. */
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

  /** Whether another chunk can be taken, now or later. */
  synchronized boolean hasMore() {
    return !closed && taken.nextClearBit(due) < ranges.size();
  }

  synchronized boolean isAtEnd() {
    return due == ranges.size();
  }

  /** Removes the chunk that is due; null if it has not been read yet. */
  synchronized @Nullable Chunk poll() {
    @Nullable Chunk chunk = read.remove(due);
    if (chunk != null) due++;
    return chunk;
  }

  /** Waits until the chunk that is due has been read or given back. */
  synchronized void await() {
    while (!read.containsKey(due) && taken.get(due)) Waiting.on(this);
  }

  /** Stops the reading: from now on there is nothing to take. */
  synchronized void close() {
    closed = true;
  }
}
