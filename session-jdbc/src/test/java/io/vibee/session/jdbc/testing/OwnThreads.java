package io.vibee.session.jdbc.testing;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The threads that one piece of work started, whatever other tests start meanwhile. */
public final class OwnThreads {
  private final ThreadGroup group = new ThreadGroup("own");

  /**
   * Does the work in a thread of this group, to which the threads that it starts belong too.
   *
   * @throws Exception what the work throws
   */
  public <T> T during(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(group, task, Thread.currentThread().getName());
    thread.start();
    thread.join();
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception thrown) throw thrown;
      throw (Error) e.getCause();
    }
  }

  /** Those that have not ended. */
  public List<Thread> alive() {
    Thread[] threads = new Thread[2 * group.activeCount() + 16];
    return List.of(Arrays.copyOf(threads, group.enumerate(threads)));
  }
}
