package io.vibee.session.agent;

import io.vibee.session.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
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

  /** More, since there are only seconds for all of them. */
  private static final int CLOSES_AT_THE_END = 512;

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

  /** What the listener is to be told of. */
  private final Queue<Runnable> untold = new ArrayDeque<>();

  private final Timers timers = new Timers();
  private final HandlerCalls calls;
  private final StartQueue starting;
  private boolean ending;

  /** Whether the sessions are to be closed as fast as when the process ends. */
  private boolean hurried;

  /** Whether nobody waits any more for what ends. */
  private boolean over;

  /** Whether a thread is in {@link #run}; if not, who returns from a call makes the next ones. */
  private boolean driven;

  /** Whether this thread makes such calls already. */
  private final ThreadLocal<Boolean> driving = ThreadLocal.withInitial(() -> false);

  private final ThreadLocal<Boolean> inHandler = ThreadLocal.withInitial(() -> false);

  /** Hears of what happened. Called without the lock; returns at once. */
  interface Listener {
    /** Tells whether a session may be connected, in the moment before that. */
    default boolean mayConnect(String sessionId) {
      return true;
    }

    /** Nothing of a session was connected, since it must not be. It is not wanted any more. */
    default void notConnected(String sessionId) {}

    /** A session was started. */
    void started(String sessionId);

    /** A session cannot be started for now, or takes long to start. */
    default void failing(String sessionId) {}

    /**
     * Telegram has refused a session for good. It is not started again unless its values change.
     */
    default void refused(String sessionId, SessionRefusedException.Reason reason) {}

    /** Telegram wants a session left alone for a while. */
    default void pause(String sessionId, Duration pause) {}

    /** A session is not wanted any more, and nothing of it is connected. */
    default void gone(String sessionId) {}

    /** A session that could not be started is to be read again, to be put here or removed. */
    void reload(String userId, String sessionId);
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
   *
   * @return false after that
   */
  boolean put(Session session) {
    synchronized (this) {
      if (ending) return false;
      Account account =
          byUser.computeIfAbsent(session.userId(), user -> new Account(user, backOffs.get()));
      claim(account, session.sessionId());
      if (account.next == null || isNewer(session, account.next)) {
        account.notBefore = ticker.now();
        account.refused = null;
      }
      account.stale = false;
      account.reading = false;
      account.refusesUpdate = false;
      account.next = session;
      account.news++;
      dirty.add(account);
    }
    makeCalls();
    alarm.ring();
    return true;
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

  /**
   * Ends a session, if it runs or is to run. Returns at once, whatever the executor does.
   *
   * @param hurried whether all are to be closed at once
   */
  void removeSession(String sessionId, boolean hurried) {
    synchronized (this) {
      this.hurried = hurried;
      Account account = wantedBy.get(sessionId);
      if (account != null) {
        account.notBefore = ticker.now(); // also of a close that has failed
        unwant(account);
      }
    }
    alarm.ring();
  }

  /** Tries later again what could not be read for its next start. */
  void notReloaded(String userId) {
    synchronized (this) {
      Account account = byUser.get(userId);
      if (account == null || !account.reading) return;
      account.reading = false;
      failed(account, account.sessionId(), "read", "see the defect above");
      dirty.add(account);
    }
    alarm.ring();
  }

  /** Whether the handler is being called on this thread. */
  boolean isInHandler() {
    return inHandler.get();
  }

  /** Of two users with one session, the one that was told last has it. */
  private void claim(Account account, String sessionId) {
    String before = account.wantedSession;
    if (before != null) wantedBy.remove(before, account);
    Account other = wantedBy.put(sessionId, account);
    if (other != null && !other.equals(account)) unwant(other);
    account.wantedSession = sessionId;
    if (before != null && !before.equals(sessionId)) tellIfGone(before);
  }

  private void tellIfGone(String sessionId) {
    if (connected.contains(sessionId) || wantedBy.containsKey(sessionId)) return;
    untold.add(() -> listener.gone(sessionId));
  }

  private static boolean isNewer(Session session, Session other) {
    return session.revision() != other.revision()
        || !Objects.equals(session.createdAt(), other.createdAt());
  }

  private void unwant(Account account) {
    String session = account.wantedSession;
    if (session != null && wantedBy.remove(session, account)) tellIfGone(session);
    account.wantedSession = null;
    account.refused = null;
    account.next = null;
    account.news++;
    dirty.add(account);
  }

  synchronized boolean wants(String userId) {
    Account account = byUser.get(userId);
    return account != null && account.isWanted();
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
      boolean open = account.connection != null && !account.closeBegun;
      if (open && account.isWanted() && account.call != Account.Call.CLOSE) {
        ids.add(account.sessionId());
      }
    }
    return ids;
  }

  /** Makes the calls that are due, until {@link #stop}. */
  @Override
  public void run() {
    synchronized (this) {
      driven = true;
    }
    do {
      makeCalls();
      // A handler that the executor called on this thread may have left it interrupted.
      Thread.interrupted();
    } while (alarm.waitAtMost(untilDue()));
  }

  void stop() {
    synchronized (this) {
      driven = false;
    }
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
        if (account.thread != null) account.thread.interrupt(); // of a start, to wait for no longer
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
            : account.closeBegun ? " (its close failed)" : " (its close was not called in time)");
  }

  private void makeCalls() {
    for (Runnable call = nextCall(); call != null; call = nextCall()) call.run();
  }

  /** Returns what to do next, without the lock; null if there is nothing for now. */
  private synchronized @Nullable Runnable nextCall() {
    Runnable news = untold.poll();
    if (news != null) return news;
    long now = ticker.now();
    timers.moveDue(now, dirty);
    while (!dirty.isEmpty()) {
      @Nullable Runnable call = examine(StartQueue.takeFirst(dirty), now);
      if (call != null) return call;
    }
    if (!closing.isEmpty()
        && calls.count(Account.Call.CLOSE)
            < (ending || hurried ? CLOSES_AT_THE_END : CLOSES_AT_ONCE)) {
      return close(StartQueue.takeFirst(closing), now);
    }
    @Nullable Account next = starting.next(now);
    return next == null ? null : start(next, now);
  }

  private @Nullable Runnable examine(Account account, long now) {
    if (account.call != null) {
      boolean slow = account.slow;
      calls.watch(account, now);
      boolean starts = account.call == Account.Call.START;
      String session = account.sessionId();
      return starts && account.slow && !slow ? () -> listener.failing(session) : null;
    }
    if (account.connection != null) return examineConnected(account, now);
    starting.remove(account);
    if (!account.isWanted()) {
      byUser.remove(account.userId, account); // another one may be there since
      notifyAll();
      return null;
    }
    if (account.refused != null || isEarly(account, now)) return null;
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
    // What was closed in vain may be half closed: it is not taken for running again.
    if (account.isWanted() && !account.closeBegun && account.refused == null) {
      if (next == null) return null;
      if (held.isAtLeast(next)) {
        account.next = null;
        return null;
      }
      if (held.sessionId().equals(next.sessionId())) {
        if (account.connection instanceof RunningSession running && !account.refusesUpdate) {
          return isEarly(account, now) ? null : update(account, running, next, now);
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
    String session = account.sessionId();
    return () -> listener.reload(account.userId, session); // which is then put here, or removed
  }

  private Runnable start(Account account, long now) {
    Session session = Objects.requireNonNull(account.next);
    int news = account.news;
    connected.add(session.sessionId());
    account.held = Held.of(session);
    SessionContext context = new Context(account, session.sessionId());
    account.context = context;
    return call(
        account,
        Account.Call.START,
        now,
        () -> {
          AutoCloseable connection = null;
          Throwable failure = null;
          try {
            entered(account);
            if (!listener.mayConnect(session.sessionId())) {
              forbidden(account);
              return;
            }
            connection = handler.start(session, context);
            if (connection == null) failure = new NullPointerException("start returned null");
          } catch (Throwable e) {
            failure = e;
          }
          started(account, session, news, connection, failure);
        });
  }

  /** What a handler is given: of effect until the session is closed. */
  private final class Context implements SessionContext {
    private final Account account;
    private final String sessionId;

    Context(Account account, String sessionId) {
      this.account = account;
      this.sessionId = sessionId;
    }

    @Override
    public boolean mayConnect() {
      boolean goesOn;
      synchronized (Accounts.this) {
        goesOn = isConnected() && account.isWanted() && !account.closeBegun;
      }
      return goesOn && listener.mayConnect(sessionId);
    }

    private boolean isConnected() {
      return equals(account.context);
    }

    @Override
    public void refused(SessionRefusedException.Reason reason) {
      Objects.requireNonNull(reason, "reason");
      synchronized (Accounts.this) {
        if (!isConnected()) return;
        account.refused = account.held;
        failures.tell(sessionId, "was refused by Telegram for good, and is closed: " + reason);
        dirty.add(account);
      }
      listener.refused(sessionId, reason);
      alarm.ring();
    }

    @Override
    public void floodWait(Duration pause) {
      Duration bounded = new FloodWaitException(pause).pause();
      synchronized (Accounts.this) {
        if (!isConnected()) return;
      }
      listener.pause(sessionId, bounded);
    }
  }

  /** The session must not be connected now; whoever said so wants it again, or does not. */
  private void forbidden(Account account) {
    String session = account.sessionId();
    synchronized (this) {
      account.thread = null;
      returned(account);
      account.context = null;
      connected.remove(session);
      account.held = null;
      boolean wanted = session.equals(account.wantedSession);
      if (wanted) {
        wantedBy.remove(session, account);
        account.wantedSession = null;
        account.next = null;
      }
      Account waiting = wantedBy.get(session);
      if (waiting != null) dirty.add(waiting);
    }
    listener.notConnected(session);
    tell(null);
  }

  private synchronized void entered(Account account) {
    account.thread = Thread.currentThread();
    if (ending) account.thread.interrupt();
  }

  private void started(
      Account account,
      Session session,
      int news,
      @Nullable AutoCloseable connection,
      @Nullable Throwable failure) {
    String sessionId = session.sessionId();
    synchronized (this) {
      if (ending) Thread.interrupted(); // by end(), for the start that is over
      account.thread = null;
      returned(account);
      account.connection = connection;
      if (failure != null) {
        account.context = null;
        account.stale = account.news == news;
        if (account.stale) untold.add(() -> tellFailure(sessionId, failure));
        disconnected(account);
        if (!ending) failed(account, session, failure);
        if (!account.stale) account.notBefore = ticker.now(); // there are newer values
      } else {
        if (account.news == news) account.next = null;
        works(account, sessionId, "is started");
      }
    }
    tell(failure == null ? sessionId : null);
  }

  private void tellFailure(String sessionId, Throwable failure) {
    if (failure instanceof SessionRefusedException refused) {
      listener.refused(sessionId, refused.reason());
      return;
    }
    if (failure instanceof FloodWaitException flood) listener.pause(sessionId, flood.pause());
    listener.failing(sessionId);
  }

  private void failed(Account account, Session session, Throwable failure) {
    if (failure instanceof SessionRefusedException refused && account.stale) {
      account.refused = Held.of(session);
      account.stale = false;
      failures.tell(
          session.sessionId(),
          "is not started again before its values change, since Telegram has refused it for good: "
              + refused.reason());
      return;
    }
    failed(account, session.sessionId(), "started", Failure.describe(failure, session.apiHash()));
    if (failure instanceof FloodWaitException flood) {
      account.notBefore = ticker.now() + flood.pause().toNanos();
    }
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
          // Without its message, which may hold the old hash or the new one.
          String why = failure == null ? null : Failure.describe(failure, null);
          updated(account, next, news, taken, why);
        });
  }

  private void updated(
      Account account, Session next, int news, boolean taken, @Nullable String failure) {
    synchronized (this) {
      returned(account);
      if (failure != null) {
        failures.tell(
            next.sessionId(),
            "did not take over changed values, and is closed and started with them: " + failure);
      }
      if (taken) {
        account.held = Held.of(next);
        if (account.news == news) account.next = null;
        works(account, next.sessionId(), "took over changed values");
      } else {
        account.refusesUpdate = account.news == news;
      }
    }
    tell(null);
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
          closed(account, failure == null ? null : Failure.describe(failure, null));
        });
  }

  private void closed(Account account, @Nullable String failure) {
    synchronized (this) {
      returned(account);
      if (failure != null) {
        failed(account, account.sessionId(), "closed", failure);
      } else {
        String sessionId = account.sessionId();
        account.connection = null;
        account.context = null;
        account.closeBegun = false;
        disconnected(account);
        works(account, sessionId, "is closed");
      }
    }
    tell(null);
  }

  /** Lets the session be connected again, by whoever waits for that. */
  private void disconnected(Account account) {
    String sessionId = account.sessionId();
    connected.remove(sessionId);
    account.held = null;
    Account waiting = wantedBy.get(sessionId);
    if (waiting != null) dirty.add(waiting);
    else untold.add(() -> listener.gone(sessionId));
  }

  private Runnable call(Account account, Account.Call what, long now, Runnable work) {
    calls.begin(account, what, now);
    Object ticket = new Object();
    account.ticket = ticket;
    // Who stopped this has closed the executor, too.
    Executor by = over ? Runnable::run : executor;
    return () -> {
      try {
        by.execute(() -> handOver(account, ticket, work));
      } catch (RuntimeException | Error e) { // such as no more threads
        refused(account, ticket, Failure.describe(e, null));
      }
    };
  }

  private void handOver(Account account, Object ticket, Runnable work) {
    if (!begins(account, ticket)) return;
    inHandler.set(true);
    try {
      work.run();
    } finally {
      inHandler.remove();
    }
  }

  /**
   * Whether the executor is the first to do a call that was handed to it. One that threw may do the
   * call all the same, when it has been handed over again, or is not needed any more.
   */
  private synchronized boolean begins(Account account, Object ticket) {
    if (!ticket.equals(account.ticket)) return false;
    account.ticket = null;
    if (account.call == Account.Call.CLOSE) account.closeBegun = true;
    return true;
  }

  /** What the executor refuses was not done: a start is tried again, and so is a close. */
  private void refused(Account account, Object ticket, String why) {
    synchronized (this) {
      if (!ticket.equals(account.ticket)) return; // it ran in the executor, which threw later
      account.ticket = null;
      String sessionId = account.sessionId();
      boolean start = account.call == Account.Call.START;
      returned(account);
      if (start) disconnected(account);
      failed(account, sessionId, "handed to the executor", why);
    }
    tell(null);
  }

  private void returned(Account account) {
    calls.end(account);
    dirty.add(account);
  }

  private void failed(Account account, String sessionId, String what, String why) {
    account.failures++;
    boolean news = !why.equals(account.lastFailure);
    account.lastFailure = why;
    Duration wait = account.backOff.next();
    account.notBefore = ticker.now() + wait.toNanos();
    String text = "cannot be " + what + ", tried again in " + wait.toMillis() + " ms: " + why;
    if (news && !over) failures.tell(sessionId, text);
    else log.debug("session {} {}", sessionId, text);
  }

  private void works(Account account, String sessionId, String what) {
    if (account.failures > 0) {
      log.info("session {} {}, after {} failed tries", sessionId, what, account.failures);
    }
    account.told = false;
    account.lastFailure = "";
    account.failures = 0;
    account.backOff.reset();
  }

  private void tell(@Nullable String started) {
    if (started != null) listener.started(started);
    alarm.ring();
    boolean alone;
    synchronized (this) {
      alone = !driven;
    }
    if (alone && !driving.get()) makeCallsHere();
  }

  /** Makes the next calls on the thread that returned from one, before and after {@link #run}. */
  private void makeCallsHere() {
    boolean interrupted = Thread.interrupted(); // by the end, of which close need not know
    driving.set(true); // one call after the other, not one in the other
    try {
      makeCalls();
    } finally {
      driving.remove();
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  private synchronized Duration untilDue() {
    long now = ticker.now();
    return Duration.ofNanos(Math.max(0, starting.untilNext(now, timers.untilNext(now, IDLE))));
  }
}
