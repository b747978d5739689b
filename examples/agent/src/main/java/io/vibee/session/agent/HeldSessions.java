package io.vibee.session.agent;

import io.vibee.session.Session;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that this agent runs: at most one per user, and none for two users, since Telegram
 * kills a session that is connected twice. Thread-safe.
 */
final class HeldSessions implements AutoCloseable {
  private final Accounts accounts;

  /** Read without the lock, which may be held while an account connects. */
  private final Map<String, HeldSession> byUser = new ConcurrentHashMap<>();

  private final Map<String, String> userOfSession = new ConcurrentHashMap<>();
  private boolean closed;

  HeldSessions(Accounts accounts) {
    this.accounts = accounts;
  }

  /**
   * Starts a session, or applies its changed values; stops what it replaces first. Does nothing
   * after {@link #close}.
   */
  synchronized void put(Session session) {
    if (closed) return;
    HeldSession next = HeldSession.of(session);
    @Nullable HeldSession now = byUser.get(next.userId());
    if (now != null && now.isAtLeast(next)) return;
    boolean same = now != null && now.sessionId().equals(next.sessionId());
    if (!same) {
      stop(next.userId());
      @Nullable String other = userOfSession.get(next.sessionId());
      if (other != null) stop(other);
    }
    byUser.put(next.userId(), next);
    userOfSession.put(next.sessionId(), next.userId());
    if (same) accounts.change(session);
    else accounts.start(session);
  }

  /** Stops a user's session, if it runs. */
  synchronized void stop(String userId) {
    @Nullable HeldSession held = byUser.remove(userId);
    if (held == null) return;
    userOfSession.remove(held.sessionId());
    accounts.stop(held);
  }

  /** Ends all sessions, for good. */
  @Override
  public synchronized void close() {
    closed = true;
    List<HeldSession> all = List.copyOf(byUser.values());
    byUser.clear();
    userOfSession.clear();
    if (!all.isEmpty()) accounts.end(all);
  }

  boolean holdsUser(String userId) {
    return byUser.containsKey(userId);
  }

  /** Returns the users whose sessions run. */
  Set<String> userIds() {
    return Set.copyOf(byUser.keySet());
  }

  /** Returns the ids of all sessions that are running. */
  List<String> sessionIds() {
    return List.copyOf(userOfSession.keySet());
  }
}
