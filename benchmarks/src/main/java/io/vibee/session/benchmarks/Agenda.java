package io.vibee.session.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Makes calls on behalf of many agents, each at a fixed pace, evenly spread over time. An agent
 * always has the same thread, so that threads need not share a connection.
 */
final class Agenda implements AutoCloseable {
  private final List<PriorityQueue<Due>> dueOfThreads = new ArrayList<>();
  private final ExecutorService threads;
  private final List<Future<?>> running = new ArrayList<>();
  private volatile boolean stopped;

  /** What an agent does. */
  interface Call {
    void run(int agent, int thread) throws Exception;
  }

  private record Due(long nanos, Duration pace, int agent, Call call) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.compare(nanos, other.nanos);
    }
  }

  /** Makes one with so many threads, each of which has a number from 0 on. */
  Agenda(int count) {
    threads = Executors.newFixedThreadPool(count);
    for (int thread = 0; thread < count; thread++) dueOfThreads.add(new PriorityQueue<>());
  }

  /** Adds a call of each agent; to be called before the start, for each thread at least once. */
  void add(int agents, Duration pace, Call call) {
    for (int agent = 0; agent < agents; agent++) {
      long first = pace.toNanos() * agent / agents;
      dueOfThreads.get(agent % dueOfThreads.size()).add(new Due(first, pace, agent, call));
    }
  }

  void start() {
    long start = System.nanoTime();
    for (int thread = 0; thread < dueOfThreads.size(); thread++) {
      int number = thread;
      running.add(
          threads.submit(
              () -> {
                work(number, start);
                return true;
              }));
    }
  }

  private void work(int thread, long start) throws Exception {
    PriorityQueue<Due> queue = dueOfThreads.get(thread);
    while (!stopped) {
      Due due = queue.remove();
      long wait = start + due.nanos - System.nanoTime();
      if (wait > 0) TimeUnit.NANOSECONDS.sleep(wait);
      if (stopped) return;
      due.call.run(due.agent, thread);
      queue.add(new Due(due.nanos + due.pace.toNanos(), due.pace, due.agent, due.call));
    }
  }

  /**
   * Waits for the calls that have begun, and makes no more.
   *
   * @throws IllegalStateException if a call failed
   */
  @Override
  public void close() {
    stopped = true;
    threads.shutdown();
    try {
      for (Future<?> thread : running) thread.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
