package io.vibee.session.agent;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Set;

/** When accounts are to be looked at again. Guarded by the lock of {@link Accounts}. */
final class Timers {
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::time));

  private record Due(long time, Account account) {}

  void add(long time, Account account) {
    due.add(new Due(time, account));
  }

  /** Moves those whose time has come. */
  void moveDue(long now, Set<Account> into) {
    for (Due next = due.peek(); next != null && next.time() - now <= 0; next = due.peek()) {
      into.add(next.account());
      due.remove();
    }
  }

  /**
   * Returns how many nanoseconds are left until the next one, or the time given if that is less.
   */
  long untilNext(long now, Duration atMost) {
    Due next = due.peek();
    return next == null ? atMost.toNanos() : Math.min(atMost.toNanos(), next.time() - now);
  }
}
