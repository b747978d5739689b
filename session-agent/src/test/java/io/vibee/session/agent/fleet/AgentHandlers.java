package io.vibee.session.agent.fleet;

import io.vibee.session.Lease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The handlers of a simulated process, whose clients connect to {@link FakeTelegram}. */
final class AgentHandlers {
  private static final long MILLIS = 1_000_000;
  private static final long SECONDS = 1_000 * MILLIS;

  private static final class Handler {
    final Lease lease;
    FakeTelegram.@Nullable Connection connection;
    boolean stopping;

    Handler(Lease lease) {
      this.lease = lease;
    }
  }

  private final Simulation sim;
  private final AgentProcess process;
  private final LeaseProtocol protocol;
  private final Random random;
  private final Map<String, Handler> handlers = new HashMap<>();

  AgentHandlers(Simulation sim, AgentProcess process, LeaseProtocol protocol) {
    this.sim = sim;
    this.process = process;
    this.protocol = protocol;
    this.random = sim.random;
  }

  void start(Lease lease) {
    Handler handler = new Handler(lease);
    Handler before = handlers.put(lease.sessionId(), handler);
    if (before != null) {
      throw new Violation("overlap: two starts of " + lease.sessionId() + " in " + process);
    }
    sim.storm.maybeStop(process, 0.01);
    long handOff =
        random.nextInt(20) == 0 ? random.nextLong(2 * SECONDS) : random.nextLong(50 * MILLIS);
    process.later(sim.isStormy() ? handOff : random.nextLong(50 * MILLIS), () -> connect(handler));
  }

  private void connect(Handler handler) {
    if (isOver(handler) || handler.stopping) return;
    boolean may = protocol.mayStart(handler.lease, process.now());
    if (may && sim.flaw.isFoundBy(Flaw.STOPPED) && process.client.knowsThatFleetIsStopped()) {
      throw new Violation(process + " starts " + handler.lease + ", but knows: " + Flaw.STOPPED);
    }
    if (may || sim.flaw == Flaw.START_WITHOUT_LOOK) {
      connected(handler, sim.connect(handler.lease, process, true));
    } else {
      handlers.remove(handler.lease.sessionId());
      process.apply(protocol.notConnected(handler.lease, process.now()));
    }
  }

  private void connected(Handler handler, FakeTelegram.Connection connection) {
    handler.connection = connection;
    String session = handler.lease.sessionId();
    if (sim.telegram.isRefused(session)) {
      connection.until = sim.now() + random.nextLong(SECONDS);
      sim.at(connection.until, () -> hearsRefusal(session));
    }
    process.apply(protocol.connected(handler.lease, process.now()));
    if (sim.telegram.isDeadly(session)) hearsDeath(session);
  }

  private boolean isOver(Handler handler) {
    return handlers.get(handler.lease.sessionId()) != handler;
  }

  /** Telegram has ended a session for good. */
  void hearsRefusal(String session) {
    Handler handler = handlers.get(session);
    if (handler != null) process.later(random.nextLong(50 * MILLIS), () -> refused(handler));
  }

  private void refused(Handler handler) {
    if (isOver(handler)) return;
    process.apply(protocol.fatal(handler.lease, "AUTH_KEY_DUPLICATED", process.now()));
  }

  /** Telegram sends what no process survives. */
  void hearsDeath(String session) {
    Handler handler = handlers.get(session);
    if (handler != null) process.later(random.nextLong(2 * SECONDS), () -> dies(handler));
  }

  private void dies(Handler handler) {
    if (isOver(handler) || !sim.telegram.isDeadly(handler.lease.sessionId())) return;
    sim.telegram.hasKilled();
    process.kill(false);
  }

  /** The client has found that Telegram has closed its connection. */
  private void reconnect(Handler handler) {
    if (isOver(handler) || handler.stopping) return;
    if (protocol.mayConnect(handler.lease, process.now())
        || sim.flaw == Flaw.RECONNECT_WITHOUT_LOOK) {
      connected(handler, sim.connect(handler.lease, process, false));
    } else {
      process.later(3 * SECONDS, () -> reconnect(handler));
    }
    process.wake();
  }

  void close(Lease lease) {
    Handler handler = handlers.get(lease.sessionId());
    if (handler == null || !handler.lease.equals(lease)) {
      throw new Violation("a stop of " + lease + ", which " + process + " does not run");
    }
    handler.stopping = true;
    if (sim.flaw == Flaw.EARLY_RELEASE) {
      process.later(0, () -> process.apply(protocol.closed(lease, process.now())));
    }
    if (sim.hangs()) return;
    long stop = process.settings.stop().toNanos();
    long takes =
        random.nextInt(10) == 0 ? random.nextLong(stop * 9 / 10) : random.nextLong(300 * MILLIS);
    process.later(takes, () -> closed(handler));
  }

  private void closed(Handler handler) {
    FakeTelegram.Connection connection = handler.connection;
    if (connection != null) connection.until = Math.min(connection.until, sim.now());
    handlers.remove(handler.lease.sessionId(), handler);
    if (sim.flaw != Flaw.EARLY_RELEASE) {
      process.apply(protocol.closed(handler.lease, process.now()));
    }
  }

  /** Whether a handler has not come back from closing a session. */
  boolean isClosing(String session) {
    Handler handler = handlers.get(session);
    return !process.isDead() && handler != null && handler.stopping;
  }

  /**
   * Telegram has stopped believing in what is connected, since the process was stopped for too
   * long.
   *
   * @return what each client does about it
   */
  List<Runnable> disconnected(long closedAt) {
    List<Runnable> reconnecting = new ArrayList<>();
    for (Handler handler : handlers.values()) {
      if (handler.connection == null || handler.connection.until < sim.now()) continue;
      handler.connection.until = closedAt;
      if (!handler.stopping) reconnecting.add(() -> reconnect(handler));
    }
    return reconnecting;
  }

  /** Telegram believes in none of the connections after that time. */
  void endAll(long time) {
    for (Handler handler : handlers.values()) {
      FakeTelegram.Connection connection = handler.connection;
      if (connection != null) connection.until = Math.min(connection.until, time);
    }
  }
}
