package io.vibee.session.benchmarks.alternatives;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Threads that each load a part; the calling thread hands over what they found. */
final class Workers implements AutoCloseable {
  private final ExecutorService threads = Executors.newFixedThreadPool(Pools.THREADS);

  /** Loads as many parts as there are threads. */
  int load(IntFunction<Callable<List<?>>> parts, Consumer<Object> sink) {
    List<Future<List<?>>> found = new ArrayList<>();
    for (int part = 0; part < Pools.THREADS; part++) found.add(threads.submit(parts.apply(part)));
    int count = 0;
    for (Future<List<?>> part : found) {
      List<?> accounts = result(part);
      accounts.forEach(sink);
      count += accounts.size();
    }
    return count;
  }

  /** Returns one part of a list; all parts have about the same length. */
  static <T> List<T> part(List<T> all, int part) {
    int from = (int) ((long) all.size() * part / Pools.THREADS);
    int to = (int) ((long) all.size() * (part + 1) / Pools.THREADS);
    return all.subList(from, to);
  }

  private static List<?> result(Future<List<?>> part) {
    try {
      return part.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
