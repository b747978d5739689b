package io.vibee.session.agent.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
  private static final long MILLIS = 1_000_000;
  private static final long SECONDS = 1_000 * MILLIS;
  private static final int STORMS = 2;
  private static final List<String> SESSIONS =
      IntStream.range(0, 200).mapToObj(number -> "s" + number).toList();

  /** What may happen, and how often beside the others. */
  private enum Fault {
    KILL(4),
    KILL_ALL(1),
    LOSE_MACHINE(2),
    STOP(6),
    FREEZE(4),
    SUSPEND(2),
    CUT_OFF(5),
    CRASH(2),
    PROMOTE(3),
    DATABASE_CLOCK(2),
    WALL_CLOCK(2),
    DEPLOY(1),
    REPLACE(2),
    WANT(1),
    OPERATOR(1);

    final int often;

    Fault(int often) {
      this.often = often;
    }
  }

  private record Event(long time, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(time, other.time);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  final Flaw flaw;
  final Random random;
  final FakeTelegram telegram = new FakeTelegram();
  final ModelDatabase db;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<AgentProcess> processes = new ArrayList<>();
  private final List<FleetSettings> settings;
  private final int size;

  /** Not all faults in each run: some are found only where others do not interfere. */
  private final List<Fault> deck = new ArrayList<>();

  private final int secondsApart;
  private final @Nullable List<String> trace;
  private long time;
  private long order;
  long count;
  private int ids;
  private int generation = 1;
  private boolean stormy;
  private boolean databaseUp = true;

  /** Since when nothing has failed. */
  private long wellSince;

  Simulation(long seed, Flaw flaw, boolean traced) {
    this.flaw = flaw;
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    this.trace = traced ? new ArrayList<>() : null;
    this.db = new ModelDatabase(flaw, new Random(random.nextLong()), SESSIONS);
    this.size = 3 + (random.nextBoolean() ? random.nextInt(5) : random.nextInt(18));
    this.settings = List.of(settings(), settings());
    this.secondsApart = 2 + random.nextInt(10);
    while (deck.isEmpty()) {
      for (Fault fault : Fault.values()) {
        if (random.nextBoolean()) deck.addAll(Collections.nCopies(fault.often, fault));
      }
    }
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
        20);
  }

  long now() {
    return time;
  }

  boolean isStormy() {
    return stormy;
  }

  void at(long when, Runnable what) {
    events.add(new Event(Math.max(when, time), order++, what));
  }

  /** Runs it all; returns how many connections there were. */
  int run() {
    for (int i = 0; i < size; i++) begin(newHost());
    for (int storm = 0; storm < STORMS; storm++) {
      runUntil(time + 20 * SECONDS);
      stormy = true;
      long end = time + (60 + random.nextInt(100)) * SECONDS;
      while (time < end) {
        runUntil(time + (long) (-Math.log(1 - random.nextDouble()) * secondsApart * SECONDS));
        fault();
      }
      calm();
    }
    return telegram.connections;
  }

  private void runUntil(long end) {
    for (Event next = events.peek(); next != null && next.time <= end; next = events.peek()) {
      events.remove();
      time = next.time;
      count++;
      next.what.run();
    }
    time = end;
  }

  /** Nothing fails any more: L and 5 s after the last that did, all run again. */
  private void calm() {
    stormy = false;
    trace("calm");
    for (AgentProcess each : List.copyOf(processes)) {
      each.cutOff(0);
      resume(each);
    }
    databaseUp = true;
    db.rollBack();
    db.askNothing();
    wellSince = time;
    long longest =
        settings.stream().mapToLong(each -> each.silence().toNanos()).max().orElseThrow();
    while (time < wellSince + longest + 5 * SECONDS) {
      runUntil(wellSince + longest + 5 * SECONDS);
    }
    if (!flaw.found.isEmpty() && !flaw.found.equals("does not run")) return;
    for (String session : SESSIONS) {
      if (telegram.isConnected(session, time) || telegram.lastUntil(session) > wellSince) continue;
      if (processes.stream().anyMatch(each -> each.isClosing(session))) continue;
      throw new Violation(
          "%s does not run, %d s after all is well; %s"
              .formatted(session, (time - wellSince) / SECONDS, db.describe(session)));
    }
  }

  private Host newHost() {
    double rate = 1 + (random.nextDouble() - 0.5) * 0.01;
    return new Host(ids, rate, random.nextLong(1L << 50), random.nextLong(1L << 50));
  }

  private void begin(Host wanted) {
    Host host = wanted.isLost() ? newHost() : wanted;
    FleetSettings its = settings.get(generation % settings.size());
    AgentProcess process = new AgentProcess(this, ids++, host, generation, its);
    processes.add(process);
    trace(process + " begins");
    if (host.isSuspended()) process.stop();
    wellSince = time;
    process.begin();
  }

  /** A supervisor starts another one in its place. */
  void died(AgentProcess process, boolean machine) {
    processes.remove(process);
    wellSince = time;
    if (machine) {
      process.host().lose();
      for (AgentProcess each : List.copyOf(processes)) {
        if (each.host() == process.host()) each.kill(true);
      }
    }
    if (process.isDraining()) return;
    boolean same = !machine && random.nextInt(10) < 7;
    at(time + (1 + random.nextInt(10)) * SECONDS, () -> begin(same ? process.host() : newHost()));
  }

  private void fault() {
    if (processes.isEmpty()) return;
    AgentProcess one = processes.get(random.nextInt(processes.size()));
    switch (deck.get(random.nextInt(deck.size()))) {
      case KILL -> one.kill(false);
      case KILL_ALL -> List.copyOf(processes).forEach(each -> each.kill(false));
      case LOSE_MACHINE -> one.kill(true);
      case STOP -> stop(one, stopTime());
      case FREEZE -> one.freezeAtNextBeat();
      case SUSPEND -> suspend(one, stopTime());
      case CUT_OFF -> one.cutOff(time + (2 + random.nextInt(90)) * SECONDS);
      case CRASH -> goDown(() -> db.crash(time));
      case PROMOTE -> goDown(() -> db.promote(random.nextLong(10 * SECONDS), time));
      case DATABASE_CLOCK -> db.jump((random.nextInt(240) - 80) * SECONDS);
      case WALL_CLOCK -> one.host().jump((random.nextInt(120) - 60) * SECONDS);
      case DEPLOY -> deploy();
      case REPLACE -> replace(one);
      case WANT -> db.want(SESSIONS.get(random.nextInt(SESSIONS.size())));
      case OPERATOR -> db.setState(List.of(Peer.State.values()).get(random.nextInt(3)));
    }
  }

  private long stopTime() {
    int[] seconds = {1, 3, 8, 15, 24, 35, 50, 65, 100};
    return seconds[random.nextInt(seconds.length)] * SECONDS + random.nextLong(SECONDS);
  }

  /** Stops a process right where it is, now and then; returns for how long. */
  long maybeStop(AgentProcess process, double chance) {
    if (!stormy || random.nextDouble() >= chance) return 0;
    long nanos = stopTime();
    stop(process, nanos);
    if (random.nextBoolean()) process.cutOff(time + nanos + random.nextLong(120 * SECONDS));
    return nanos;
  }

  /** Something of the storm was still under way. */
  void isWellFromNow() {
    wellSince = time;
  }

  private void stop(AgentProcess process, long nanos) {
    trace(process + " is stopped");
    process.stop();
    at(time + nanos, () -> goOn(process));
  }

  private void goOn(AgentProcess process) {
    if (!process.isStopped()) return;
    trace(process + " goes on");
    process.goOn();
  }

  private void suspend(AgentProcess process, long nanos) {
    Host host = process.host();
    trace("host " + host.id + " is suspended");
    host.suspend(time);
    for (AgentProcess each : processes) {
      if (each.host() == host) each.stop();
    }
    at(
        time + nanos,
        () -> {
          host.resume(time);
          for (AgentProcess each : List.copyOf(processes)) {
            if (each.host() == host) goOn(each);
          }
        });
  }

  private void resume(AgentProcess process) {
    process.host().resume(time);
    goOn(process);
  }

  private void goDown(Runnable how) {
    trace("the database goes down");
    databaseUp = false;
    how.run();
    at(
        time + SECONDS + random.nextLong(25 * SECONDS),
        () -> {
          databaseUp = true;
          trace("the database is up: " + db.world());
          for (AgentProcess each : List.copyOf(processes)) {
            // What has brought it down goes on for some.
            if (random.nextInt(4) == 0) at(time + random.nextLong(6 * SECONDS), () -> lose(each));
          }
        });
  }

  private void lose(AgentProcess process) {
    if (!stormy) return;
    if (random.nextBoolean()) stop(process, stopTime());
    else process.cutOff(time + random.nextLong(90 * SECONDS));
  }

  /** A rolling deploy: each new process, once it is up, replaces an old one. */
  private void deploy() {
    generation++;
    trace("deploy of generation " + generation);
    List<AgentProcess> old = List.copyOf(processes);
    long apart = SECONDS + random.nextLong(6 * SECONDS);
    for (int i = 0; i < old.size(); i++) {
      AgentProcess one = old.get(i);
      at(time + i * apart, () -> replace(one));
    }
  }

  private void replace(AgentProcess one) {
    if (one.isDead() || one.isDraining()) return;
    begin(random.nextBoolean() ? one.host() : newHost());
    at(
        time + random.nextLong(8 * SECONDS),
        () -> {
          if (one.isDead() || one.isDraining()) return;
          trace(one + " drains");
          one.drain();
          at(time + 30 * SECONDS, () -> one.kill(false));
        });
  }

  /** Brings an operation to the database, or not, or late. */
  void deliver(AgentProcess from, Runnable operation) {
    if (stormy && (from.isCutOff() || random.nextInt(100) < 4)) {
      // Lost, or kept by something between, such as a pooler that waits for the next primary.
      if (random.nextInt(4) == 0) {
        at(time + random.nextLong(100 * SECONDS), () -> carryOutLate(operation));
      }
      return;
    }
    at(time + latency(), () -> carryOut(operation));
  }

  private void carryOut(Runnable operation) {
    if (databaseUp) operation.run();
    else if (random.nextInt(3) == 0) {
      at(time + random.nextLong(20 * SECONDS), () -> carryOutLate(operation));
    }
  }

  /** One that nobody waits for any more, such as a beat by which a dead agent seems to live. */
  private void carryOutLate(Runnable operation) {
    isWellFromNow();
    carryOut(operation);
  }

  boolean losesReply() {
    return stormy && random.nextInt(100) < 3;
  }

  boolean isRolledBack() {
    return stormy && random.nextInt(50) == 0;
  }

  boolean hangs() {
    return stormy && random.nextInt(1_000) == 0;
  }

  long latency() {
    if (stormy && random.nextInt(20) == 0) return random.nextLong(4 * SECONDS);
    return MILLIS + random.nextLong(10 * MILLIS);
  }

  long lockWait() {
    return stormy && random.nextInt(20) == 0
        ? random.nextLong(5 * SECONDS)
        : random.nextLong(5 * MILLIS);
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
