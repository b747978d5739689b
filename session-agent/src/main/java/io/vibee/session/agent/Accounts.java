package io.vibee.session.agent;

import io.vibee.session.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what runs equal to what should run, through the handler: at most one session of a user, and
 * none for two users, since Telegram kills a session that is connected twice. A session counts as
 * connected from before its start until its close has returned.
 *
 * <p>Handlers are called by the executor, never under the lock; for one account one call at a time.
 * Whoever changes what should run, or ends a call, leaves the account in {@code dirty}; {@link
 * #run} and {@link #put} look at those and make the next calls. Thread-safe.
 */
final class Accounts implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(SessionAgent.class);
  private static final int CLOSES_AT_ONCE = 64;
  private static final Duration IDLE = Duration.ofHours(1);

  private final SessionHandler handler;
  private final Executor executor;
  private final Ticker ticker;
  private final Supplier<BackOff> backOffs;
  private final Listener listener;
  private final Alarm alarm;
  private final FailureLog failures;

  private final Map<String, Account> byUser = new LinkedHashMap<>();

  /** Which account should run a session. */
  private final Map<String, Account> wantedBy = new HashMap<>();

  /** Sessions that are, or may be, connected. */
  private final Set<String> connected = new HashSet<>();

  private final Set<Account> dirty = new LinkedHashSet<>();

  /** Those to be closed as soon as few others are being closed. */
  private final Set<Account> closing = new LinkedHashSet<>();

  private final Timers timers = new Timers();
  private final HandlerCalls calls;
  private final StartQueue starting;
  private boolean ending;

  /** Whether nobody waits any more for what ends. */
  private boolean over;

  /** Hears of what happened. Called without the lock; returns at once. */
  interface Listener {
    /** A session was started, changed or ended. */
    void changed();

    /** A session that could not be started is to be read again, to be put here or removed. */
    boolean reload(String userId);
  }

  Accounts(
      SessionHandler handler,
      Executor executor,
      Ticker ticker,
      StartQueue.Pace pace,
      Supplier<BackOff> backOffs,
      Listener listener) {
    this.handler = handler;
    this.executor = executor;
    this.ticker = ticker;
    this.backOffs = backOffs;
    this.listener = listener;
    this.alarm = new Alarm(ticker);
    this.failures = new FailureLog(ticker);
    this.calls = new HandlerCalls(timers, failures);
    this.starting = new StartQueue(pace, calls, ticker.now());
  }

  /**
   * Lets a session run with these values; ends what it replaces first. Does nothing if they are no
   * news, or after {@link #end}.
   */
  void put(Session session) {
    synchronized (this) {
      if (ending) return;
      Account account =
          byUser.computeIfAbsent(session.userId(), user -> new Account(user, backOffs.get()));
      claim(account, session.sessionId());
      if (account.next == null || isNewer(session, account.next)) account.notBefore = ticker.now();
      account.stale = false;
      account.reading = false;
      account.refusesUpdate = false;
      account.next = session;
      account.news++;
      dirty.add(account);
    }
    makeCalls();
    alarm.ring();
  }

  /** Ends a user's session, if it runs. */
  void remove(String userId) {
    synchronized (this) {
      Account account = byUser.get(userId);
      if (account != null) unwant(account);
    }
    makeCalls();
    alarm.ring();
  }

  /** Of two users with one session, the one that was told last has it. */
  private void claim(Account account, String sessionId) {
    if (account.wantedSession != null) wantedBy.remove(account.wantedSession, account);
    Account other = wantedBy.put(sessionId, account);
    if (other != null) unwant(other);
    account.wantedSession = sessionId;
  }

  private static boolean isNewer(Session session, Session other) {
    return session.revision() != other.revision()
        || !Objects.equals(session.createdAt(), other.createdAt());
  }

  private void unwant(Account account) {
    if (account.wantedSession != null) wantedBy.remove(account.wantedSession, account);
    account.wantedSession = null;
    account.next = null;
    account.news++;
    dirty.add(account);
  }

  /** Returns the users whose sessions should run, whether they do yet or not. */
  synchronized Set<String> wantedUsers() {
    Set<String> users = new LinkedHashSet<>();
    for (Account account : byUser.values()) {
      if (account.isWanted()) users.add(account.userId);
    }
    return users;
  }

  /** Returns the ids of the sessions that run, a close not yet begun. */
  synchronized List<String> running() {
    List<String> ids = new ArrayList<>();
    for (Account account : byUser.values()) {
      if (account.connection != null && account.isWanted()) ids.add(account.sessionId());
    }
    return ids;
  }

  /** Makes the calls that are due, until {@link #stop}. */
  @Override
  public void run() {
    do {
      makeCalls();
    } while (alarm.waitAtMost(untilDue()));
  }

  void stop() {
    alarm.end();
  }

  /**
   * Ends all sessions for good, and waits for that.
   *
   * @param end until when, by the process's time
   * @return those that did not end, with the reason
   */
  List<String> end(long end) {
    synchronized (this) {
      ending = true;
      for (Account account : byUser.values()) {
        account.notBefore = ticker.now();
        unwant(account);
      }
    }
    makeCalls();
    alarm.ring();
    boolean interrupted = false;
    synchronized (this) {
      while (!byUser.isEmpty()) {
        long left = end - System.nanoTime();
        if (left <= 0) break;
        try {
          wait(left / 1_000_000, (int) (left % 1_000_000));
        } catch (InterruptedException e) {
          interrupted = true; // the time is short enough to be waited for
        }
      }
      over = true;
      if (interrupted) Thread.currentThread().interrupt();
      return byUser.values().stream().map(Accounts::whyNotEnded).toList();
    }
  }

  private static String whyNotEnded(Account account) {
    return account.sessionId()
        + (account.call != null
            ? " (its " + account.call.text + " has not returned)"
            : " (its close failed)");
  }

  private void makeCalls() {
    for (Runnable call = nextCall(); call != null; call = nextCall()) call.run();
  }

  /** Returns what to do next, without the lock; null if there is nothing for now. */
  private synchronized @Nullable Runnable nextCall() {
    long now = ticker.now();
    timers.moveDue(now, dirty);
    while (!dirty.isEmpty()) {
      @Nullable Runnable call = examine(StartQueue.takeFirst(dirty), now);
      if (call != null) return call;
    }
    if (!closing.isEmpty() && calls.count(Account.Call.CLOSE) < CLOSES_AT_ONCE) {
      return close(StartQueue.takeFirst(closing), now);
    }
    @Nullable Account next = starting.next(now);
    return next == null ? null : start(next, now);
  }

  private @Nullable Runnable examine(Account account, long now) {
    if (account.call != null) {
      calls.watch(account, now);
      return null;
    }
    if (account.connection != null) return examineConnected(account, now);
    starting.remove(account);
    if (!account.isWanted()) {
      byUser.remove(account.userId, account); // another one may be there since
      notifyAll();
      return null;
    }
    if (isEarly(account, now)) return null;
    if (account.stale) return readAgain(account);
    Session next = account.next;
    // If it is still connected for somebody, this is looked at again when that close has returned.
    if (next != null && !connected.contains(next.sessionId())) starting.add(account);
    return null;
  }

  private @Nullable Runnable examineConnected(Account account, long now) {
    Held held = Objects.requireNonNull(account.held);
    Session next = account.next;
    closing.remove(account);
    if (account.isWanted()) {
      if (next == null) return null;
      if (held.isAtLeast(next)) {
        account.next = null;
        return null;
      }
      if (held.sessionId().equals(next.sessionId())) {
        if (account.connection instanceof RunningSession running && !account.refusesUpdate) {
          return update(account, running, next, now);
        }
        Held newer = Held.of(next);
        if (newer.values().equals(held.values())) { // so no connection depends on the change
          account.held = newer;
          account.next = null;
          return null;
        }
      }
    }
    if (!isEarly(account, now)) closing.add(account);
    return null;
  }

  private boolean isEarly(Account account, long now) {
    if (account.failures == 0 || account.notBefore - now <= 0) return false;
    timers.add(account.notBefore, account);
    return true;
  }

  /** Reads what is stored now before the next try, which may be what the last one lacked. */
  private @Nullable Runnable readAgain(Account account) {
    if (account.reading) return null;
    account.reading = true;
    return () -> {
      if (listener.reload(account.userId)) return; // to be put here, or removed
      synchronized (this) {
        account.stale = false;
        account.reading = false;
        dirty.add(account);
      }
    };
  }

  private Runnable start(Account account, long now) {
    Session session = Objects.requireNonNull(account.next);
    int news = account.news;
    connected.add(session.sessionId());
    account.held = Held.of(session);
    return call(
        account,
        Account.Call.START,
        now,
        () -> {
          AutoCloseable connection = null;
          Throwable failure = null;
          try {
            connection = handler.start(session);
            if (connection == null) failure = new NullPointerException("start returned null");
          } catch (Throwable e) {
            failure = e;
          }
          started(account, session, news, connection, failure);
        });
  }

  private void started(
      Account account,
      Session session,
      int news,
      @Nullable AutoCloseable connection,
      @Nullable Throwable failure) {
    synchronized (this) {
      returned(account);
      account.connection = connection;
      if (failure != null) {
        disconnected(account);
        account.stale = account.news == news;
        failed(
            account, session.sessionId(), "started", Failure.describe(failure, session.apiHash()));
        if (!account.stale) account.notBefore = ticker.now(); // there are newer values
      } else {
        if (account.news == news) account.next = null;
        works(account);
      }
    }
    tell();
  }

  private Runnable update(Account account, RunningSession running, Session next, long now) {
    int news = account.news;
    return call(
        account,
        Account.Call.UPDATE,
        now,
        () -> {
          boolean taken = false;
          Throwable failure = null;
          try {
            taken = running.update(next);
          } catch (Throwable e) {
            failure = e;
          }
          updated(account, next, news, taken, failure);
        });
  }

  private void updated(
      Account account, Session next, int news, boolean taken, @Nullable Throwable failure) {
    synchronized (this) {
      returned(account);
      if (failure != null) {
        failures.tell(
            next.sessionId(),
            "did not take over changed values, and is closed and started with them: "
                + Failure.describe(failure, next.apiHash()));
      }
      if (taken) {
        account.held = Held.of(next);
        if (account.news == news) account.next = null;
      } else {
        account.refusesUpdate = account.news == news;
      }
    }
    tell();
  }

  private Runnable close(Account account, long now) {
    AutoCloseable connection = Objects.requireNonNull(account.connection);
    return call(
        account,
        Account.Call.CLOSE,
        now,
        () -> {
          Throwable failure = null;
          try {
            connection.close();
          } catch (Throwable e) {
            failure = e;
          }
          closed(account, failure);
        });
  }

  private void closed(Account account, @Nullable Throwable failure) {
    synchronized (this) {
      returned(account);
      if (failure != null) {
        failed(account, account.sessionId(), "closed", Failure.describe(failure, null));
      } else {
        account.connection = null;
        disconnected(account);
        works(account);
      }
    }
    tell();
  }

  /** Lets the session be connected again, by whoever waits for that. */
  private void disconnected(Account account) {
    String sessionId = account.sessionId();
    connected.remove(sessionId);
    account.held = null;
    Account waiting = wantedBy.get(sessionId);
    if (waiting != null) dirty.add(waiting);
  }

  private Runnable call(Account account, Account.Call what, long now, Runnable work) {
    calls.begin(account, what, now);
    return () -> {
      try {
        executor.execute(work);
      } catch (RuntimeException | OutOfMemoryError e) { // no more threads
        refused(account, e);
      }
    };
  }

  /** What the executor refuses was not done: a start is tried again, and so is a close. */
  private void refused(Account account, Throwable error) {
    synchronized (this) {
      if (account.call == null) return; // it ran in the executor, which threw later
      String sessionId = account.sessionId();
      boolean start = account.call == Account.Call.START;
      returned(account);
      if (start) disconnected(account);
      failed(account, sessionId, "handed to the executor", Failure.describe(error, null));
    }
    tell();
  }

  private void returned(Account account) {
    calls.end(account);
    dirty.add(account);
  }

  private void failed(Account account, String sessionId, String what, String why) {
    account.failures++;
    Duration wait = account.backOff.next();
    account.notBefore = ticker.now() + wait.toNanos();
    String text = "cannot be " + what + ", tried again in " + wait.toMillis() + " ms: " + why;
    if (account.failures == 1 && !over) failures.tell(sessionId, text);
    else log.debug("session {} {}", sessionId, text);
  }

  private void works(Account account) {
    if (account.failures > 0) {
      log.info("session {} works again, after {} tries", account.sessionId(), account.failures + 1);
    }
    account.failures = 0;
    account.backOff.reset();
  }

  private void tell() {
    listener.changed();
    alarm.ring();
  }

  private synchronized Duration untilDue() {
    long now = ticker.now();
    return Duration.ofNanos(Math.max(0, starting.untilNext(now, timers.untilNext(now, IDLE))));
  }
}
