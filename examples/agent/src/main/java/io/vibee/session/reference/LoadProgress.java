package io.vibee.session.reference;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Prints that a load goes on, once it takes longer than people wait without wondering. */
final class LoadProgress implements LongConsumer {
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final PrintStream err;
  private final LongSupplier nanoTime;
  private final long start;

  LoadProgress(PrintStream err, LongSupplier nanoTime) {
    this.err = err;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  @Override
  public void accept(long read) {
    if (nanoTime.getAsLong() - start < QUIET_NANOS) return;
    err.println("loading goes on: " + read + (read == 1 ? " session" : " sessions") + " so far");
  }
}
