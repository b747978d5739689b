package io.vibee.session.agent.fleet;

import io.vibee.session.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A fleet under virtual time: one queue of events, one source of chance. Storms of faults take
 * turns with calm, at whose end all sessions must run again. The same seed is the same run.
 */
final class Simulation {
  static final List<String> SESSIONS =
      IntStream.range(0, 200).mapToObj(number -> "s" + number).toList();

  private static final long SECONDS = 1_000_000_000L;
  private static final int STORMS = 2;

  /** After which a calm has gone on for too long: something is repaired, and breaks again. */
  /** Within which those are tried, a few or one at a time, that may have killed their holders. */
  private static final long SUSPECTS = 240 * SECONDS;

  private static final long LONGEST_CALM = 1_800 * SECONDS;

  private record Event(long time, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(time, other.time);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  final Flaw flaw;
  final Random random;
  final FakeTelegram telegram;
  final ModelDatabase db;
  final Network network;
  final Operator operator;
  final Storm storm;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<AgentProcess> processes = new ArrayList<>();
  private final List<FleetSettings> settings;
  private final int size;
  private final @Nullable List<String> trace;
  private long time;
  private long order;
  private int ids;
  private int generation = 1;
  private boolean stormy;

  /** Since when nothing has failed. */
  private long wellSince;

  Simulation(long seed, Flaw flaw, boolean traced) {
    this.flaw = flaw;
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    this.trace = traced ? new ArrayList<>() : null;
    this.telegram = new FakeTelegram();
    this.db = new ModelDatabase(flaw, new Random(random.nextLong()), SESSIONS, this::now);
    this.network = new Network(this);
    this.operator = new Operator(this);
    this.size = 3 + (random.nextBoolean() ? random.nextInt(5) : random.nextInt(18));
    this.settings = List.of(settings(), settings());
    this.storm = new Storm(this);
  }

  private FleetSettings settings() {
    int capacity = random.nextInt(3) == 0 ? 400 / size + 1 : 200;
    return switch (random.nextInt(4)) {
      case 0 -> settings(5, 60, 5, 25, 2, capacity);
      case 1 -> settings(3, 40, 2, 10, 2, capacity);
      case 2 -> settings(5, 90, 5, 15, 3, capacity);
      default -> settings(5, 48, 5, 25, 2, capacity);
    };
  }

  private static FleetSettings settings(
      int beat, int silence, int stop, int linger, int timeout, int capacity) {
    return new FleetSettings(
        Duration.ofSeconds(beat),
        Duration.ofSeconds(silence),
        Duration.ofSeconds(stop),
        Duration.ofSeconds(linger),
        0.01,
        Duration.ofSeconds(timeout),
        Duration.ofSeconds(1),
        capacity,
        100,
        20,
        new WaveSettings(
            List.of(1, 5, 20), Duration.ofMillis(200), Duration.ofMillis(2_200), 3, 0.2));
  }

  long now() {
    return time;
  }

  boolean isStormy() {
    return stormy;
  }

  List<AgentProcess> processes() {
    return List.copyOf(processes);
  }

  /** The longest L of all agents. */
  long longestSilence() {
    return settings.stream().mapToLong(each -> each.silence().toNanos()).max().orElseThrow();
  }

  void at(long when, Runnable what) {
    events.add(new Event(Math.max(when, time), order++, what));
  }

  /** Runs it all. */
  void run() {
    operator.watch();
    beginAll();
    for (int i = 0; i < STORMS; i++) {
      runFor(20 * SECONDS);
      stormy = true;
      long end = time + (60 + random.nextInt(100)) * SECONDS;
      while (time < end) {
        runFor(storm.lull());
        storm.strike();
      }
      calm();
    }
  }

  void beginAll() {
    for (int i = 0; i < size; i++) begin(newHost());
  }

  void runFor(long nanos) {
    long end = time + nanos;
    for (Event next = events.peek(); next != null && next.time <= end; next = events.peek()) {
      events.remove();
      time = next.time;
      next.what.run();
    }
    time = end;
  }

  /** Nothing fails any more: L and 5 s after the last that did, all run again. */
  private void calm() {
    stormy = false;
    trace("calm");
    storm.end();
    operator.rest();
    wellSince = time;
    long latest = time + LONGEST_CALM;
    long within = longestSilence() + 5 * SECONDS;
    while (time < wellSince + within && time < latest) runFor(wellSince + within - time);
    if (!flaw.isFoundBy(Flaw.NOT_RUNNING)) return;
    // Agents that try suspects take nothing else meanwhile.
    if (SESSIONS.stream().anyMatch(db::isSuspect)) runFor(SUSPECTS);
    for (String session : SESSIONS) requireRunning(session);
  }

  /** Requires that a session runs, or was closed a moment ago. */
  void requireRunning(String session) {
    if (telegram.isConnected(session, time) || telegram.lastUntil(session) > wellSince) return;
    if (processes.stream().anyMatch(each -> each.handlers.isClosing(session))) return;
    throw new Violation(
        "%s %s, %d s after all is well; %s"
            .formatted(
                session, Flaw.NOT_RUNNING, (time - wellSince) / SECONDS, db.describe(session)));
  }

  /**
   * Connects a session, unless that must not be.
   *
   * @param start whether it has not run under this lease
   */
  FakeTelegram.Connection connect(Lease lease, AgentProcess process, boolean start) {
    String session = lease.sessionId();
    if (flaw.isFoundBy(Flaw.QUARANTINED) && db.isKnownToBeQuarantined(session)) {
      throw new Violation(session + " " + Flaw.QUARANTINED + ", and connected by " + process);
    }
    if (start && flaw.isFoundBy(Flaw.STOPPED) && isStoppedForAll()) {
      throw new Violation(session + " is started by " + process + ", but " + Flaw.STOPPED);
    }
    return telegram.connect(lease, process, time);
  }

  /** Whether the fleet has been stopped for so long that each agent knows, or owns nothing. */
  private boolean isStoppedForAll() {
    long use = settings.stream().mapToLong(FleetSettings::useNanos).max().orElseThrow();
    return db.isStopped() && time > db.stoppedAt() + use * 1.01;
  }

  Host newHost() {
    double rate = 1 + (random.nextDouble() - 0.5) * 0.01;
    return new Host(ids, rate, random.nextLong(1L << 50), random.nextLong(1L << 50));
  }

  void begin(Host wanted) {
    Host host = wanted.isLost() ? newHost() : wanted;
    FleetSettings its = settings.get(generation % settings.size());
    AgentProcess process = new AgentProcess(this, ids++, host, generation, its);
    processes.add(process);
    trace(process + " begins");
    if (host.isSuspended()) process.stop();
    wellSince = time;
    process.begin();
  }

  void nextGeneration() {
    generation++;
    trace("deploy of generation " + generation);
  }

  /** A supervisor starts another one in its place. */
  void died(AgentProcess process, boolean machine) {
    processes.remove(process);
    wellSince = time;
    if (machine) {
      process.host().lose();
      for (AgentProcess each : processes()) {
        if (each.host() == process.host()) each.kill(true);
      }
    }
    if (process.isDraining()) return;
    boolean same = !machine && random.nextInt(10) < 7;
    at(time + (1 + random.nextInt(10)) * SECONDS, () -> begin(same ? process.host() : newHost()));
  }

  /** Something of the storm was still under way, or has just been mended. */
  void isWellFromNow() {
    wellSince = time;
  }

  /** Whether a handler does not come back from closing a session. */
  boolean hangs() {
    return stormy && random.nextInt(1_000) == 0;
  }

  void trace(String what) {
    if (trace != null) trace.add("%.3f %s".formatted(time / 1e9, what));
  }

  void trace(AgentProcess process, Object what) {
    if (trace != null) trace(process + ": " + what);
  }

  /** What happened, if it was to be traced. */
  List<String> trace() {
    return trace == null ? List.of() : trace;
  }
}
