package io.vibee.session.agent;

import io.vibee.session.Lease;
import io.vibee.session.Session;
import io.vibee.session.SessionException;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionStore;
import io.vibee.session.UnreadableSession;
import io.vibee.session.agent.fleet.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that an agent of a fleet owns: reads those that it is to start, a few hundred at a
 * time, hands them to {@link Accounts}, and tells the {@link Membership} what becomes of them.
 * Reads on its own thread, again and again if the database fails. Thread-safe.
 */
final class LeasedSessions implements Runnable, Membership.Sessions, Heartbeats.Held {
  private static final Logger log = LoggerFactory.getLogger(SessionAgent.class);
  private static final int AT_ONCE = 500;
  private static final Duration IDLE = Duration.ofHours(1);

  /** Shorter pauses are over before anybody else could start the session. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private static final Duration HEARTBEAT = Duration.ofSeconds(5);

  /** A session from the moment when it is to be started until nothing of it is connected. */
  private static final class Leased {
    final Lease lease;

    /** Whose it is; null until it was read. */
    @Nullable String userId;

    /** Whether it is {@link Accounts} that tells when nothing is connected. */
    boolean handedOver;

    boolean stopping;
    boolean hasRun;

    /** Whether it is kept though it does not run, since it cannot be read. */
    boolean kept;

    Leased(Lease lease) {
      this.lease = lease;
    }
  }

  private final SessionStore store;
  private final SessionLeases leases;
  private final Accounts accounts;
  private final Consumer<List<Lease>> givesUp;
  private final BackOff backOff;
  private final StoreHealth health;
  private final Alarm alarm;
  private @Nullable Membership membership;

  /** Guarded by this, as what follows. */
  private final Map<String, Leased> leased = new HashMap<>();

  private final Set<String> toRead = new LinkedHashSet<>();
  private boolean reading;

  /** What could not be read, until somebody asks for it. */
  private final List<UnreadableSession> unreadable = new ArrayList<>();

  /** Sessions of the heartbeat that is under way, as they were owned when it began. */
  private final Map<String, Lease> beating = new HashMap<>();

  LeasedSessions(
      SessionStore store,
      SessionLeases leases,
      Accounts accounts,
      Consumer<List<Lease>> givesUp,
      BackOff backOff,
      StoreHealth health) {
    this.store = store;
    this.leases = leases;
    this.accounts = accounts;
    this.givesUp = givesUp;
    this.backOff = backOff;
    this.health = health;
    this.alarm = new Alarm(Ticker.SYSTEM);
  }

  /** Sets who decides; to be called once, before anything else. */
  void of(Membership decides) {
    membership = decides;
  }

  private Membership membership() {
    if (membership == null) throw new IllegalStateException("nobody decides");
    return membership;
  }

  @Override
  public void start(Lease lease) {
    synchronized (this) {
      leased.put(lease.sessionId(), new Leased(lease));
      toRead.add(lease.sessionId());
    }
    alarm.ring();
  }

  @Override
  public void stop(Lease lease, Action.Reason reason) {
    boolean connected;
    synchronized (this) {
      Leased its = leased.get(lease.sessionId());
      if (its == null || !its.lease.equals(lease)) return; // told already that nothing is connected
      connected = its.handedOver;
      if (connected) its.stopping = true;
      else leased.remove(lease.sessionId());
    }
    boolean hurried = reason == Action.Reason.DEADLINE || reason == Action.Reason.DECLARED_DEAD;
    if (connected) accounts.removeSession(lease.sessionId(), hurried);
    else membership().closed(lease);
  }

  @Override
  public void giveUp(List<Lease> open) {
    givesUp.accept(open);
  }

  /** Whether a session is the agent's, as far as it is known here. */
  synchronized boolean has(String sessionId) {
    return leased.containsKey(sessionId);
  }

  /** A session has changed: it is read again if it is the agent's. */
  boolean changed(String sessionId) {
    synchronized (this) {
      if (!leased.containsKey(sessionId)) return false;
      toRead.add(sessionId);
    }
    alarm.ring();
    return true;
  }

  /** A user's session has changed: it is read again if it is the agent's. */
  void changedOf(String userId) {
    synchronized (this) {
      for (Leased each : leased.values()) {
        if (userId.equals(each.userId)) toRead.add(each.lease.sessionId());
      }
    }
    alarm.ring();
  }

  /** Nobody knows what has changed: all are read again. */
  void allChanged() {
    synchronized (this) {
      toRead.addAll(leased.keySet());
    }
    alarm.ring();
  }

  /** An operator keeps a session from everybody: it is closed. */
  void quarantined(String sessionId) {
    if (has(sessionId)) endOwn(sessionId);
  }

  private void endOwn(String sessionId) {
    Leased its;
    synchronized (this) {
      its = leased.get(sessionId);
      if (its == null) return;
      if (its.handedOver) its.stopping = true;
      else leased.remove(sessionId);
    }
    if (its.handedOver) accounts.removeSession(sessionId, false);
    else membership().closed(its.lease);
  }

  void stop() {
    alarm.end();
  }

  @Override
  public void run() {
    do {
      while (readSome()) {}
    } while (alarm.waitAtMost(IDLE));
  }

  /** Reads the next few; returns false if there is none. */
  private boolean readSome() {
    List<String> ids = new ArrayList<>();
    synchronized (this) {
      for (var next = toRead.iterator(); next.hasNext() && ids.size() < AT_ONCE; ) {
        ids.add(next.next());
        next.remove();
      }
      reading = !ids.isEmpty();
    }
    if (ids.isEmpty() || alarm.isOver()) return false;
    try {
      read(ids);
      health.works(this);
      backOff.reset();
    } catch (SessionException e) {
      health.fails(this, e);
      again(ids);
      alarm.pause(backOff.next());
    } catch (RuntimeException | Error e) {
      if (alarm.isOver()) return false; // the store was closed under it
      AgentThread.logDefect(e);
      again(ids);
      alarm.pause(backOff.next());
    } finally {
      synchronized (this) {
        reading = false;
      }
    }
    return true;
  }

  /** Whether all that are to be started have been read. */
  synchronized boolean areRead() {
    return toRead.isEmpty() && !reading;
  }

  /** How many are being started, or run. */
  synchronized long handedOver() {
    return leased.values().stream().filter(each -> each.handedOver).count();
  }

  /** Returns those that cannot be read, as far as it is known. */
  synchronized List<UnreadableSession> unreadable() {
    return List.copyOf(unreadable);
  }

  private synchronized void again(List<String> ids) {
    toRead.addAll(ids);
  }

  private void read(List<String> ids) {
    Set<String> missing = new HashSet<>(ids);
    List<Session> active = new ArrayList<>();
    List<UnreadableSession> bad = new ArrayList<>();
    store.forEachById(
        ids,
        session -> {
          if (session.active()) active.add(session);
        },
        session -> {
          if (session.active()) bad.add(session);
        });
    for (Session session : active) {
      missing.remove(session.sessionId());
      put(session);
    }
    for (UnreadableSession session : bad) {
      missing.remove(session.sessionId());
      keep(session);
    }
    // Deleted, deactivated or under another id since: nobody runs them.
    missing.forEach(this::endOwn);
  }

  private void put(Session session) {
    String id = session.sessionId();
    boolean before;
    synchronized (this) {
      Leased its = leased.get(id);
      if (its == null || its.stopping) return;
      before = its.handedOver;
      its.userId = session.userId();
      its.handedOver = true;
      its.kept = false;
      unreadable.removeIf(each -> each.sessionId().equals(id));
    }
    if (!accounts.put(session)) { // the agent ends
      if (!before) gone(id); // otherwise it may be connected, and is told of when it is closed
      return;
    }
    synchronized (this) {
      Leased its = leased.get(id);
      if (its != null && !its.stopping) return;
    }
    accounts.removeSession(id, false); // it was stopped before it was there
  }

  /** A session that cannot be read stays the agent's, or all others would try it, too. */
  private void keep(UnreadableSession session) {
    log.warn("{}", session);
    Leased its;
    boolean runs;
    synchronized (this) {
      its = leased.get(session.sessionId());
      if (its == null || its.stopping) return;
      runs = its.handedOver;
      its.kept = true;
      unreadable.removeIf(each -> each.sessionId().equals(session.sessionId()));
      if (unreadable.size() < AT_ONCE) unreadable.add(session);
    }
    if (runs) accounts.removeSession(session.sessionId(), false);
    membership().failing(its.lease);
  }

  boolean mayConnect(String sessionId) {
    Leased its;
    synchronized (this) {
      its = leased.get(sessionId);
      if (its == null || its.stopping) return false;
    }
    return its.hasRun ? membership().mayConnect(its.lease) : membership().mayStart(its.lease);
  }

  void notConnected(String sessionId) {
    Leased its;
    synchronized (this) {
      its = leased.remove(sessionId);
    }
    if (its != null) membership().notConnected(its.lease);
  }

  void started(String sessionId) {
    Leased its;
    synchronized (this) {
      its = leased.get(sessionId);
      if (its == null) return;
      its.hasRun = true;
    }
    membership().connected(its.lease);
  }

  void failing(String sessionId) {
    Leased its = find(sessionId);
    if (its != null) membership().failing(its.lease);
  }

  void refused(String sessionId, SessionRefusedException.Reason reason) {
    Leased its = find(sessionId);
    if (its != null) membership().refused(its.lease, reason.name());
  }

  void pause(String sessionId, Duration pause) {
    Leased its = find(sessionId);
    if (its != null && pause.compareTo(PAUSE) > 0) membership().pause(its.lease, pause);
  }

  private synchronized @Nullable Leased find(String sessionId) {
    return leased.get(sessionId);
  }

  /** Nothing of a session is connected any more. */
  void gone(String sessionId) {
    Leased its;
    synchronized (this) {
      its = leased.get(sessionId);
      if (its == null) return;
      its.handedOver = false;
      if (its.kept && !its.stopping) return;
      leased.remove(sessionId);
    }
    membership().closed(its.lease);
  }

  @Override
  public List<String> begin() {
    List<String> running = accounts.running();
    synchronized (this) {
      for (String id : running) {
        Leased its = leased.get(id);
        if (its != null) beating.put(id, its.lease);
      }
      running.retainAll(beating.keySet());
    }
    return running;
  }

  @Override
  public synchronized SessionStore guarded(SessionStore heartbeats, List<String> sessionIds) {
    List<Lease> owned = new ArrayList<>();
    for (String id : sessionIds) {
      Lease lease = beating.get(id);
      if (lease != null) owned.add(lease);
    }
    return leases.under(owned);
  }

  @Override
  public void end() {
    synchronized (this) {
      beating.clear();
      notifyAll();
    }
  }

  /**
   * Waits for the heartbeat that is under way, at most for a few seconds: one that came after the
   * release would look like that of an agent that takes no part.
   */
  @Override
  public void aboutToRelease(List<Lease> closed) {
    awaitHeartbeat(() -> closed.stream().anyMatch(lease -> beating.containsKey(lease.sessionId())));
  }

  /** As before a release: others, or this process, take what was its own. */
  @Override
  public void aboutToRegister() {
    awaitHeartbeat(() -> !beating.isEmpty());
  }

  private synchronized void awaitHeartbeat(BooleanSupplier isUnderWay) {
    long end = System.nanoTime() + HEARTBEAT.toNanos();
    while (isUnderWay.getAsBoolean()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) return;
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
