package io.vibee.session;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Counts what is read, and tells of it once a second at most. For one thread. */
final class PacedProgress {
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongConsumer listener;
  private final LongSupplier nanoTime;
  private long told;
  private long read;

  /** Starts to count; the first second begins now. */
  PacedProgress(LongConsumer listener, LongSupplier nanoTime) {
    this.listener = Objects.requireNonNull(listener, "progress");
    this.nanoTime = nanoTime;
    this.told = nanoTime.getAsLong();
  }

  void read() {
    read++;
    long now = nanoTime.getAsLong();
    if (now - told < PAUSE_NANOS) return;
    told = now;
    listener.accept(read);
  }
}
