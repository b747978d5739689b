package io.vibee.session.agent.fleet;

import io.vibee.session.Lease;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Knows in which connections Telegram believes: from the moment in which they are opened until they
 * are closed by their process, or by the kernel when that dies, or, if it is stopped, for as long
 * after its last ping as the client has asked for. Some sessions it refuses; others are sent what
 * kills their client's process.
 */
final class FakeTelegram {
  private static final long FOREVER = Long.MAX_VALUE;

  static final class Connection {
    final Lease lease;
    final AgentProcess process;
    final long since;
    long until = FOREVER;

    Connection(Lease lease, AgentProcess process, long since) {
      this.lease = lease;
      this.process = process;
      this.since = since;
    }

    boolean isBelieved(long time) {
      return time < until
          && (!process.isStopped() || time < process.stoppedAt() + process.linger());
    }
  }

  /** The last connection of each session, and since when there is none. */
  private final Map<String, Connection> last = new HashMap<>();

  private final Map<String, Integer> connections = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private final Set<String> deadly = new HashSet<>();
  private int killed;

  Connection connect(Lease lease, AgentProcess process, long time) {
    String session = lease.sessionId();
    connections.merge(session, 1, Integer::sum);
    Connection before = last.get(session);
    if (before != null && before.isBelieved(time)) {
      throw new Violation(
          "overlap: %s is connected by %s with token %d while Telegram believes in %s with token %d"
              .formatted(session, process, lease.token(), before.process, before.lease.token()));
    }
    Connection connection = new Connection(lease, process, time);
    last.put(session, connection);
    return connection;
  }

  boolean isConnected(String session, long time) {
    Connection connection = last.get(session);
    return connection != null && connection.isBelieved(time) && !connection.process.isDead();
  }

  /** When the last connection of a session ended; 0 if there was none. */
  long lastUntil(String session) {
    Connection connection = last.get(session);
    return connection == null ? 0 : connection.until;
  }

  /** How often a session was connected. */
  int connections(String session) {
    return connections.getOrDefault(session, 0);
  }

  /** Ends a session for good: it has to log in again. */
  void refuse(String session, long time) {
    refused.add(session);
    Connection connection = last.get(session);
    if (connection == null || !connection.isBelieved(time)) return;
    connection.until = time;
    connection.process.handlers.hearsRefusal(session);
  }

  boolean isRefused(String session) {
    return refused.contains(session);
  }

  /** Whoever has a session connected will die of it; one session at a time. */
  void makeDeadly(String session) {
    if (!deadly.isEmpty()) return;
    deadly.add(session);
    Connection connection = last.get(session);
    if (connection != null) connection.process.handlers.hearsDeath(session);
  }

  boolean isDeadly(String session) {
    return deadly.contains(session);
  }

  void hasKilled() {
    killed++;
  }

  /** How many processes have died of what their sessions were sent. */
  int killed() {
    return killed;
  }

  void heal(String session) {
    refused.remove(session);
    deadly.remove(session);
  }

  void healAll() {
    refused.clear();
    deadly.clear();
  }
}
