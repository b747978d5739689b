package io.vibee.session.agent;

import io.vibee.session.ChangeCursor;
import io.vibee.session.Changes;
import io.vibee.session.SessionChange;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Follows what operators and other agents change, about once a second: sessions of this agent are
 * read again, new ones are claimed, and what a beat tells is asked for at once. Runs on its own
 * thread.
 */
final class FleetFeed implements Runnable {
  private static final Duration POLL = Duration.ofSeconds(1);

  /** What lets sessions be claimed that could not be before. */
  private static final Set<String> NEW =
      Set.of("session_created", "session_activated", "session_updated", "session_cleared");

  private static final String QUARANTINED = "session_quarantined";
  private static final String WANTED = "session_wanted";
  private static final String ALL = "*";

  private final SessionChanges changes;
  private final LeasedSessions sessions;
  private final Membership membership;
  private final Runnable onChange;
  private final BackOff backOff;
  private final StoreHealth health;
  private final Alarm alarm = new Alarm(Ticker.SYSTEM);
  private @Nullable ChangeCursor cursor;

  /** Whether something has changed that the listener has not been told of. */
  private boolean untold;

  /**
   * Creates one that follows nothing until it runs.
   *
   * @param onChange is told that something has changed, after the rest
   */
  FleetFeed(
      SessionChanges changes,
      LeasedSessions sessions,
      Membership membership,
      Runnable onChange,
      BackOff backOff,
      StoreHealth health) {
    this.changes = changes;
    this.sessions = sessions;
    this.membership = membership;
    this.onChange = onChange;
    this.backOff = backOff;
    this.health = health;
  }

  /** Begins: what changes from now on is told. To be called before anything is read. */
  void begin() {
    cursor = changes.start();
  }

  void stop() {
    alarm.end();
  }

  @Override
  public void run() {
    Duration wait;
    do {
      wait = poll();
    } while (alarm.pause(wait));
  }

  /** Returns how long to wait until the next time. */
  private Duration poll() {
    try {
      follow(changes.since(Objects.requireNonNull(cursor, "not begun")));
      if (untold) onChange.run();
      untold = false;
      health.works(this);
      backOff.reset();
      return POLL.multipliedBy(80 + ThreadLocalRandom.current().nextInt(40)).dividedBy(100);
    } catch (SessionException e) {
      health.fails(this, e);
    } catch (RuntimeException | Error e) {
      if (!alarm.isOver()) AgentThread.logDefect(e); // otherwise the store was closed while in use
    }
    return backOff.next();
  }

  private void follow(Changes told) {
    cursor = told.cursor();
    if (told.everything()) {
      sessions.allChanged();
      membership.askNow();
    }
    boolean ask = false;
    Set<String> offered = new HashSet<>();
    for (SessionChange change : told.list()) {
      String id = change.sessionId();
      change.previousSessionId().ifPresent(sessions::changed);
      if (change.type().equals(QUARANTINED)) sessions.quarantined(id);
      else if (!sessions.changed(id) && NEW.contains(change.type())) offered.add(id);
      ask |= id.equals(ALL) || change.type().equals(WANTED);
    }
    if (!offered.isEmpty()) membership.offered(offered.size());
    if (ask) membership.askNow();
    untold |= told.everything() || !told.list().isEmpty();
  }
}
