package io.vibee.session.agent;

import io.vibee.session.Session;
import io.vibee.session.SessionException;
import io.vibee.session.SessionStore;
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

  private final SessionStore store;
  private final HeldSessions held;
  private final Scope scope;
  private final Runnable followed;
  private final BackOff backOff;
  private final Alarm alarm = new Alarm();
  private final Set<String> users = new LinkedHashSet<>();
  private boolean failing;

  /**
   * Creates one that follows nothing until it runs.
   *
   * @param followed is called after something was started, changed or stopped
   */
  Changes(SessionStore store, HeldSessions held, Scope scope, Runnable followed, BackOff backOff) {
    this.store = store;
    this.held = held;
    this.scope = scope;
    this.followed = followed;
    this.backOff = backOff;
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
      followed.run();
      failing = false;
      backOff.reset();
      return true;
    } catch (UnreadableSessionException e) {
      log.warn("{}", e.getMessage());
      held.stop(userId);
      followed.run();
      return true;
    } catch (SessionException e) {
      if (!failing) log.warn("a change is not followed yet, tried again: {}", e.getMessage());
      failing = true;
      ofUser(userId);
      return false;
    } catch (RuntimeException e) {
      if (alarm.isOver()) return false; // the store was closed under it
      AgentThread.logDefect(e);
      return true;
    }
  }

  private void load(String userId) {
    Optional<Session> session = store.findByUserId(userId).filter(Session::active);
    if (session.isEmpty()) {
      held.stop(userId);
    } else if (scope.includes(userId)) {
      held.put(session.get());
    } else {
      log.warn("session {} is not started: {}", session.get().sessionId(), scope.limit());
    }
  }
}
