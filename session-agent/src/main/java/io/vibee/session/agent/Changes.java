package io.vibee.session.agent;

import io.vibee.session.Session;
import io.vibee.session.SessionException;
import io.vibee.session.SessionSource;
import io.vibee.session.UnreadableSessionException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what operators change: loads one changed user after the other, and starts, changes or
 * stops the session accordingly. It loads after the change, so however many changes there are, the
 * last state wins. Runs on its own thread, and tries again if the database fails.
 */
final class Changes implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Changes.class);
  private static final Duration IDLE = Duration.ofHours(1);

  private final SessionSource source;
  private final Accounts accounts;
  private final BackOff backOff;
  private final StoreHealth health;
  private final Alarm alarm;
  private final Set<String> users = new LinkedHashSet<>();

  /** Creates one that follows nothing until it runs. */
  Changes(
      SessionSource source, Accounts accounts, BackOff backOff, StoreHealth health, Ticker ticker) {
    this.source = source;
    this.accounts = accounts;
    this.backOff = backOff;
    this.health = health;
    this.alarm = new Alarm(ticker);
  }

  /** Takes note that a user's session was changed; returns at once. */
  void ofUser(String userId) {
    synchronized (users) {
      users.add(userId);
    }
    alarm.ring();
  }

  /** Ends the thread once it has finished what it is doing. */
  void stop() {
    alarm.end();
  }

  @Override
  public void run() {
    while (!alarm.isOver()) {
      @Nullable String user = next();
      if (user == null) alarm.waitAtMost(IDLE);
      else if (!follow(user)) alarm.pause(backOff.next());
    }
  }

  private @Nullable String next() {
    synchronized (users) {
      Iterator<String> first = users.iterator();
      if (!first.hasNext()) return null;
      String user = first.next();
      first.remove();
      return user;
    }
  }

  private boolean follow(String userId) {
    try {
      load(userId);
      health.works(this);
      backOff.reset();
      return true;
    } catch (UnreadableSessionException e) {
      log.warn("{}", e.getMessage());
      accounts.remove(userId);
      return true;
    } catch (SessionException e) {
      health.fails(this, e);
      ofUser(userId);
      return false;
    } catch (RuntimeException | LinkageError | AssertionError e) {
      if (alarm.isOver()) return false; // the store was closed under it
      AgentThread.logDefect(e);
      accounts.notReloaded(userId);
      return true;
    }
  }

  private void load(String userId) {
    Optional<Session> session = source.find(userId);
    if (session.isEmpty()) {
      accounts.remove(userId);
      return;
    }
    // The set is of all: not made for each session that is only read again.
    if (accounts.wants(userId) || source.mayStart(userId, accounts.wantedUsers())) {
      accounts.put(session.get());
    } else {
      log.warn(
          "session {} is not started: it is not what this agent was asked to run (mode={})",
          session.get().sessionId(),
          source.description());
    }
  }
}
