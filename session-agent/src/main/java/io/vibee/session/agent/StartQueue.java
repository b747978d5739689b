package io.vibee.session.agent;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts to be started, in order, as soon as the pace allows it. Guarded by the lock of
 * {@link Accounts}.
 */
final class StartQueue {
  private static final Logger log = LoggerFactory.getLogger(SessionAgent.class);
  private static final Duration PROGRESS = Duration.ofSeconds(10);

  /** How many sessions are started at a time, and how long after each other at least. */
  record Pace(int atOnce, Duration apart) {}

  private final Pace pace;
  private final HandlerCalls calls;
  private final Set<Account> waiting = new LinkedHashSet<>();
  private long lastStart;
  private long lastTold;

  StartQueue(Pace pace, HandlerCalls calls, long now) {
    this.pace = pace;
    this.calls = calls;
    this.lastStart = now - pace.apart().toNanos();
    this.lastTold = now;
  }

  void add(Account account) {
    waiting.add(account);
  }

  void remove(Account account) {
    waiting.remove(account);
  }

  /** Returns the next account to start now; null if there is none. */
  @Nullable Account next(long now) {
    if (waiting.isEmpty()) return null;
    tellProgress(now);
    if (calls.count(Account.Call.START) >= pace.atOnce() || due() - now > 0) return null;
    lastStart = now;
    return takeFirst(waiting);
  }

  private void tellProgress(long now) {
    if (now - lastTold < PROGRESS.toNanos()) return;
    lastTold = now;
    log.info("sessions that are still to be started: {}", waiting.size());
  }

  private long due() {
    return lastStart + pace.apart().toNanos();
  }

  /** Returns how many nanoseconds are left until the next start, or those given if that is less. */
  long untilNext(long now, long atMost) {
    boolean waits = waiting.isEmpty() || calls.count(Account.Call.START) >= pace.atOnce();
    return waits ? atMost : Math.min(atMost, due() - now);
  }

  static Account takeFirst(Set<Account> accounts) {
    Iterator<Account> iterator = accounts.iterator();
    Account account = iterator.next();
    iterator.remove();
    return account;
  }
}
