package io.vibee.session.admin.http;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of the server. The JDK's server reads a request in one of them from its second byte
 * on, so a client that stalls holds a thread. It is cut off after {@link #PATIENCE} or, when all
 * threads are taken and others wait for one, after {@link #PATIENCE_WHEN_BUSY}; those that have
 * held theirs longest go first. Cutting off means interrupting the thread, which closes the channel
 * that it reads or writes.
 */
final class Workers implements Executor, AutoCloseable {
  static final Duration PATIENCE = Duration.ofMillis(3500);
  static final Duration PATIENCE_WHEN_BUSY = Duration.ofMillis(100);

  private static final int THREADS = 128;
  private static final int QUEUE = 1024;
  private static final long IDLE_SECONDS = 10;
  private static final Duration TICK = Duration.ofMillis(50);

  private final Set<Worker> busy = ConcurrentHashMap.newKeySet();
  private final AtomicInteger names = new AtomicInteger();
  private final ThreadPoolExecutor pool;
  private final Thread watcher;
  private volatile boolean watcherSleeps;

  /** Used by the watcher alone. */
  private @Nullable Runnable firstInQueue;

  private int ticksOfFirst;
  private volatile boolean closed;

  Workers() {
    pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE),
            task -> new Worker(task, "vibee-admin-" + names.incrementAndGet()));
    pool.allowCoreThreadTimeOut(true);
    watcher = new Thread(this::watch, "vibee-admin-watch");
    watcher.setDaemon(true);
    watcher.start();
  }

  /** Notes that from now on this thread waits for its client, who has to make progress. */
  static void mayStall() {
    mayStall(System.nanoTime());
  }

  /** Notes that from now on this thread waits for its client, as it has since then. */
  static void mayStall(long sinceNanos) {
    if (Thread.currentThread() instanceof Worker worker) worker.expectClient(sinceNanos);
  }

  /**
   * Notes that from now on this thread works.
   *
   * @throws InterruptedIOException if it was cut off before
   */
  static void works() throws InterruptedIOException {
    if (Thread.currentThread() instanceof Worker worker) worker.work();
  }

  @Override
  public void execute(Runnable request) {
    pool.execute(() -> run(request));
  }

  private void run(Runnable request) {
    Worker worker = (Worker) Thread.currentThread();
    mayStall();
    busy.add(worker);
    if (watcherSleeps) LockSupport.unpark(watcher);
    try {
      request.run();
    } finally {
      busy.remove(worker);
      worker.rest();
    }
  }

  private void watch() {
    while (!closed) {
      watcherSleeps = true;
      if (busy.isEmpty()) LockSupport.park(this);
      watcherSleeps = false;
      LockSupport.parkNanos(this, TICK.toNanos());
      cut(System.nanoTime());
    }
  }

  private void cut(long now) {
    int waiting = starving() ? pool.getQueue().size() : 0;
    for (Waiting worker : waiting(now)) {
      Duration patience = waiting > 0 ? PATIENCE_WHEN_BUSY : PATIENCE;
      if (now - worker.since() < patience.toNanos()) return;
      worker.thread().cut(worker.since());
      waiting--;
    }
  }

  /**
   * Tells whether no thread is free and the same request has been first in the queue for some
   * ticks. They are this thread's own: after a pause of the whole machine, everybody seems to
   * stall.
   */
  private boolean starving() {
    @Nullable Runnable first = pool.getQueue().peek();
    ticksOfFirst = first != null && first == firstInQueue ? ticksOfFirst + 1 : 0;
    firstInQueue = first;
    return ticksOfFirst >= 2 && busy.size() >= THREADS;
  }

  private record Waiting(Worker thread, long since) {}

  /** Returns those that wait for their client, the longest first. */
  private List<Waiting> waiting(long now) {
    return busy.stream()
        .map(Workers::waiting)
        .filter(Objects::nonNull)
        .sorted(Comparator.comparingLong(worker -> worker.since() - now))
        .toList();
  }

  private static @Nullable Waiting waiting(Worker thread) {
    @Nullable Long since = thread.waitsSince();
    return since == null ? null : new Waiting(thread, since);
  }

  /** Takes no further requests; does not wait for those that run. */
  @Override
  public void close() {
    closed = true;
    pool.shutdown();
    LockSupport.unpark(watcher);
  }

  /**
   * A thread that knows whether it waits for a client, so that it may be cut off, or does the work
   * of a request, so that it must not be.
   */
  private static final class Worker extends Thread {
    private long stallableSince;
    private boolean stallable;
    private boolean cut;

    Worker(Runnable target, String name) {
      super(target, name);
      setDaemon(true);
    }

    private synchronized void expectClient(long since) {
      stallable = true;
      stallableSince = since;
    }

    private synchronized void work() throws InterruptedIOException {
      stallable = false;
      if (cut) throw new InterruptedIOException("the connection was cut");
    }

    /** Ends a request: what was meant for it must not hit the next one. */
    synchronized void rest() {
      stallable = false;
      cut = false;
      boolean ignored = Thread.interrupted();
    }

    /** Returns since when it has waited for its client; null if it does not wait. */
    synchronized @Nullable Long waitsSince() {
      return stallable && !cut ? stallableSince : null;
    }

    /** Ends the connection if it is still the same wait: an interrupt closes the channel. */
    synchronized void cut(long since) {
      if (!stallable || cut || stallableSince != since) return;
      cut = true;
      interrupt();
    }
  }
}
