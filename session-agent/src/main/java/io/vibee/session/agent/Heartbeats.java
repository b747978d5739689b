package io.vibee.session.agent;

import io.vibee.session.Activity;
import io.vibee.session.SessionException;
import io.vibee.session.SessionReport;
import io.vibee.session.SessionStore;
import io.vibee.session.StaleLeaseException;
import io.vibee.session.StoreUnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the database that sessions are held, and what the bridge said about them: for all of
 * them in one statement, regularly, and at once when there is news. What could not be written is
 * kept for the next time; what the role may not write is dropped, so that sessions are still marked
 * as seen. Runs on its own thread.
 */
final class Heartbeats implements Runnable, BridgeNews {
  private static final Logger log = LoggerFactory.getLogger(Heartbeats.class);

  private static final Duration SHORTEST = Duration.ofMillis(200);

  /** The SQLState of a role that lacks a right. */
  private static final String NO_RIGHT = "42501";

  /** The sessions that are noted as seen. */
  interface Held {
    /** Lists those that run; they are about to be noted. */
    List<String> begin();

    /**
     * Returns what to note some of them with, so that none is noted that is others' by now: a
     * process that was stopped goes on in the middle of its heartbeat.
     *
     * @param sessionIds of those that {@link #begin} has listed
     */
    default SessionStore guarded(SessionStore store, List<String> sessionIds) {
      return store;
    }

    /** They have been noted, as far as it is known. */
    default void end() {}
  }

  private final SessionStore store;
  private final Held held;
  private final Duration interval;
  private final BackOff backOff;
  private final StoreHealth health;
  private final Ticker ticker;
  private final Alarm alarm;

  /** Sessions that were noted as seen since they started. Used by this thread alone. */
  private final Set<String> noted = new HashSet<>();

  private final Object lock = new Object();
  private Map<String, SessionReport> pending = new HashMap<>();
  private @Nullable String bridgeFails;
  private boolean forbidden;

  Heartbeats(
      SessionStore store,
      Held held,
      Duration interval,
      BackOff backOff,
      StoreHealth health,
      Ticker ticker) {
    this.store = store;
    this.held = held;
    this.interval = interval;
    this.backOff = backOff;
    this.health = health;
    this.ticker = ticker;
    this.alarm = new Alarm(ticker);
  }

  @Override
  public void ofSessions(Collection<SessionReport> reports) {
    synchronized (lock) {
      for (SessionReport report : reports) keep(report);
    }
    alarm.ring();
  }

  @Override
  public void bridgeFails(String reason) {
    synchronized (lock) {
      bridgeFails = reason;
    }
    alarm.ring();
  }

  /** Notes newly started sessions now. */
  void beatNow() {
    alarm.ring();
  }

  /** Ends the thread once it has finished what it is doing. */
  void stop() {
    alarm.end();
  }

  @Override
  public void run() {
    boolean keepGoing = !alarm.isOver();
    long due = ticker.now();
    while (keepGoing) {
      long now = ticker.now();
      boolean all = now - due >= 0;
      if (!beat(all)) {
        keepGoing = alarm.pause(backOff.next());
        continue;
      }
      if (all) due = now + interval.toNanos();
      // Not at once after the last one, since many sessions may start one after the other.
      keepGoing = alarm.pause(SHORTEST) && alarm.waitAtMost(untilDue(due));
    }
  }

  private Duration untilDue(long due) {
    return Duration.ofNanos(Math.max(0, due - ticker.now()));
  }

  /** Notes all sessions, or those alone that there is news of. */
  private boolean beat(boolean all) {
    Map<String, SessionReport> news = take();
    try {
      boolean used = report(news, all);
      used |= noteThatBridgeFails();
      if (!used && health.isFailingFor(this)) store.check();
      if (used || health.isFailingFor(this)) health.works(this);
      backOff.reset();
      return true;
    } catch (SessionException e) {
      health.fails(this, e);
      return false;
    } catch (RuntimeException e) {
      if (!alarm.isOver()) AgentThread.logDefect(e); // otherwise the store was closed while in use
      news.clear();
      return false;
    } finally {
      held.end();
      giveBack(news);
    }
  }

  /**
   * Writes the news, if sessions are held, and keeps those to report again because somebody held
   * their sessions' rows.
   */
  private boolean report(Map<String, SessionReport> news, boolean all) {
    List<String> running = held.begin();
    Set<String> ids = Set.copyOf(running);
    noted.retainAll(ids);
    news.keySet().retainAll(ids);
    List<SessionReport> reports =
        running.stream()
            .filter(id -> all || !noted.contains(id) || news.containsKey(id))
            .map(id -> news.getOrDefault(id, SessionReport.held(id)))
            .toList();
    if (reports.isEmpty()) return false;
    try {
      report(reports, news);
    } catch (StaleLeaseException e) {
      Set<String> stale = Set.copyOf(e.sessionIds());
      List<SessionReport> rest =
          reports.stream().filter(report -> !stale.contains(report.sessionId())).toList();
      if (!rest.isEmpty()) reportIfHeld(rest, news);
    }
    return true;
  }

  /** What has gone meanwhile, too, is closed soon, and the rest reported the next time. */
  private void reportIfHeld(List<SessionReport> reports, Map<String, SessionReport> news) {
    try {
      report(reports, news);
    } catch (StaleLeaseException e) {
      log.debug("no heartbeat: {}", e.getMessage());
    }
  }

  private void report(List<SessionReport> reports, Map<String, SessionReport> news) {
    SessionStore guarded = held.guarded(store, idsOf(reports));
    ifAllowed(
        () -> news.keySet().removeAll(guarded.report(reports)),
        () -> {
          guarded.touch(idsOf(reports));
          news.clear();
        });
    noted.addAll(idsOf(reports));
  }

  private static List<String> idsOf(List<SessionReport> reports) {
    return reports.stream().map(SessionReport::sessionId).toList();
  }

  /** Writes, or does something else if the role lacks the right to write; warns of that once. */
  private void ifAllowed(Runnable write, Runnable otherwise) {
    try {
      write.run();
    } catch (StoreUnavailableException e) {
      if (!e.sqlState().equals(NO_RIGHT)) throw e;
      otherwise.run();
      if (!forbidden) {
        log.warn(
            "what the bridge says is not stored, sessions are only noted as seen: {};"
                + " docs/security.md has the grants",
            e.getMessage());
      }
      forbidden = true;
    }
  }

  private boolean noteThatBridgeFails() {
    @Nullable String reason;
    synchronized (lock) {
      reason = bridgeFails;
    }
    if (reason == null) return false;
    Map<String, Object> details = Map.of("error", "the bridge " + reason);
    ifAllowed(() -> store.recordActivity(Activity.ALL_SESSIONS, Activity.ERROR, details), () -> {});
    synchronized (lock) {
      bridgeFails = null;
    }
    return true;
  }

  private Map<String, SessionReport> take() {
    synchronized (lock) {
      Map<String, SessionReport> taken = pending;
      pending = new HashMap<>();
      return taken;
    }
  }

  /** Merges reports that were not written into those that came since, which win. */
  private void giveBack(Map<String, SessionReport> taken) {
    synchronized (lock) {
      Map<String, SessionReport> newer = pending;
      pending = taken;
      newer.values().forEach(this::keep);
    }
  }

  private void keep(SessionReport report) {
    pending.merge(report.sessionId(), report, SessionReport::andThen);
  }
}
