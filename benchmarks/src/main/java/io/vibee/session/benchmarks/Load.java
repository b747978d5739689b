package io.vibee.session.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * The throughput and latency of clients that each send the next request when the last one is
 * answered.
 *
 * @param perSecond answers per second, of all clients together
 * @param p99 milliseconds within which 99 of 100 answers arrived
 */
record Load(double perSecond, double p99) {
  static Load of(List<long[]> nanosOfClients, Duration elapsed) {
    long[] all = nanosOfClients.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    if (all.length == 0) throw new IllegalStateException("there was no answer");
    return new Load(all.length / (elapsed.toNanos() / 1e9), all[all.length * 99 / 100] / 1e6);
  }
}
