package io.vibee.session.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs calls at the same time, each in its own thread; fails if they block each other. */
final class Threads {
  static final int COUNT = 16;

  private static final long PATIENCE_SECONDS = 60;

  private Threads() {}

  /** The outcome of a call: its result, or what it threw. */
  record Outcome<T>(@Nullable T result, @Nullable Throwable thrown) {
    T orThrow() {
      if (thrown != null) throw new AssertionError("a call failed: " + thrown, thrown);
      @Nullable T value = result;
      if (value == null) throw new AssertionError("a call gave null");
      return value;
    }
  }

  /** Runs one call for each number below {@link #COUNT}. */
  static <T> List<Outcome<T>> together(IntFunction<Callable<T>> call) {
    return together(IntStream.range(0, COUNT).mapToObj(call).toList());
  }

  static <T> List<Outcome<T>> together(List<Callable<T>> calls) {
    CyclicBarrier start = new CyclicBarrier(calls.size());
    ExecutorService threads = Executors.newFixedThreadPool(calls.size(), Threads::daemon);
    try {
      List<Callable<T>> starting = new ArrayList<>();
      for (Callable<T> call : calls) {
        starting.add(
            () -> {
              start.await();
              return call.call();
            });
      }
      List<Outcome<T>> outcomes = new ArrayList<>();
      for (Future<T> done : threads.invokeAll(starting, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        outcomes.add(outcome(done));
      }
      return outcomes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Runs one call that might deadlock with itself. */
  static <T> T withoutBlocking(Callable<T> call) {
    return together(List.of(call)).get(0).orThrow();
  }

  /** Waits until clocks that tell microseconds show another time. */
  static void untilLater() {
    long start = System.nanoTime();
    while (System.nanoTime() - start < 5_000) Thread.onSpinWait();
  }

  private static <T> Outcome<T> outcome(Future<T> done) throws InterruptedException {
    try {
      return new Outcome<>(done.get(), null);
    } catch (ExecutionException e) {
      return new Outcome<>(null, e.getCause());
    } catch (CancellationException e) {
      throw new AssertionError("a call still runs after " + PATIENCE_SECONDS + " seconds", e);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "contract");
    thread.setDaemon(true);
    return thread;
  }
}
