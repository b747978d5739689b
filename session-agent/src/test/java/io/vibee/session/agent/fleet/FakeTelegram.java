package io.vibee.session.agent.fleet;

import io.vibee.session.Lease;
import java.util.HashMap;
import java.util.Map;

/**
 * Knows in which connections Telegram believes: from the moment in which they are opened until they
 * are closed by their process, or by the kernel when that dies, or, if it is stopped, for as long
 * after its last ping as the client has asked for.
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

  Connection connect(Lease lease, AgentProcess process, long time) {
    String session = lease.sessionId();
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
}
