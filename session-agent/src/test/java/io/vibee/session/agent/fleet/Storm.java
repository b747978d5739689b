package io.vibee.session.agent.fleet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The faults of a simulated fleet, which differ from run to run. */
final class Storm {
  private static final long SECONDS = 1_000_000_000L;
  private static final int[] STOPS = {1, 3, 8, 15, 24, 35, 50, 65, 100};

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
    MARK(1),
    BRAKE(2),
    REFUSE(3),
    DEADLY(1);

    final int often;

    Fault(int often) {
      this.often = often;
    }
  }

  private final Simulation sim;
  private final Random random;

  /** Not all faults in each run: some are found only where others do not interfere. */
  private final List<Fault> deck = new ArrayList<>();

  private final int secondsApart;

  Storm(Simulation sim) {
    this.sim = sim;
    this.random = sim.random;
    this.secondsApart = 2 + random.nextInt(10);
    while (deck.isEmpty()) {
      for (Fault fault : Fault.values()) {
        if (random.nextBoolean()) deck.addAll(Collections.nCopies(fault.often, fault));
      }
    }
  }

  /** Returns for how long nothing more happens. */
  long lull() {
    return (long) (-Math.log(1 - random.nextDouble()) * secondsApart * SECONDS);
  }

  /** Something happens. */
  void strike() {
    List<AgentProcess> processes = sim.processes();
    if (processes.isEmpty()) return;
    AgentProcess one = processes.get(random.nextInt(processes.size()));
    switch (deck.get(random.nextInt(deck.size()))) {
      case KILL -> one.kill(false);
      case KILL_ALL -> processes.forEach(each -> each.kill(false));
      case LOSE_MACHINE -> one.kill(true);
      case STOP -> stop(one, stopTime());
      case FREEZE -> one.freezeAtNextBeat();
      case SUSPEND -> suspend(one.host(), stopTime());
      case CUT_OFF -> one.cutOff(sim.now() + (2 + random.nextInt(90)) * SECONDS);
      case CRASH -> goDown(sim.db::crash);
      case PROMOTE -> goDown(() -> sim.db.promote(random.nextLong(10 * SECONDS)));
      case DATABASE_CLOCK -> sim.db.server.jump((random.nextInt(240) - 80) * SECONDS);
      case WALL_CLOCK -> one.host().jump((random.nextInt(120) - 60) * SECONDS);
      case DEPLOY -> deploy();
      case REPLACE -> replace(one);
      case WANT -> sim.db.want(anySession());
      case MARK -> sim.operator.mark();
      case BRAKE -> sim.operator.stopFleet();
      case REFUSE -> sim.telegram.refuse(anySession(), sim.now());
      case DEADLY -> sim.telegram.makeDeadly(anySession());
    }
  }

  private String anySession() {
    return Simulation.SESSIONS.get(random.nextInt(Simulation.SESSIONS.size()));
  }

  private long stopTime() {
    return STOPS[random.nextInt(STOPS.length)] * SECONDS + random.nextLong(SECONDS);
  }

  /** Stops a process right where it is, now and then; returns for how long. */
  long maybeStop(AgentProcess process, double chance) {
    if (!sim.isStormy() || random.nextDouble() >= chance) return 0;
    long nanos = stopTime();
    stop(process, nanos);
    if (random.nextBoolean()) {
      process.cutOff(sim.now() + nanos + random.nextLong(120 * SECONDS));
    }
    return nanos;
  }

  private void stop(AgentProcess process, long nanos) {
    sim.trace(process + " is stopped");
    process.stop();
    sim.at(sim.now() + nanos, () -> goOn(process));
  }

  private void goOn(AgentProcess process) {
    if (!process.isStopped()) return;
    sim.trace(process + " goes on");
    process.goOn();
  }

  private void suspend(Host host, long nanos) {
    sim.trace("host " + host.id + " is suspended");
    host.suspend(sim.now());
    for (AgentProcess each : sim.processes()) {
      if (each.host() == host) each.stop();
    }
    sim.at(sim.now() + nanos, () -> resume(host));
  }

  private void resume(Host host) {
    host.resume(sim.now());
    for (AgentProcess each : sim.processes()) {
      if (each.host() == host) goOn(each);
    }
  }

  private void goDown(Runnable how) {
    sim.trace("the database goes down");
    sim.network.setUp(false);
    how.run();
    sim.at(
        sim.now() + SECONDS + random.nextLong(25 * SECONDS),
        () -> {
          sim.network.setUp(true);
          sim.trace("the database is up: " + sim.db.server.world());
          for (AgentProcess each : sim.processes()) {
            // What has brought it down goes on for some.
            if (random.nextInt(4) != 0) continue;
            sim.at(sim.now() + random.nextLong(6 * SECONDS), () -> lose(each));
          }
        });
  }

  private void lose(AgentProcess process) {
    if (!sim.isStormy()) return;
    if (random.nextBoolean()) stop(process, stopTime());
    else process.cutOff(sim.now() + random.nextLong(90 * SECONDS));
  }

  /** A rolling deploy: each new process, once it is up, replaces an old one. */
  private void deploy() {
    sim.nextGeneration();
    long apart = SECONDS + random.nextLong(6 * SECONDS);
    long next = sim.now();
    for (AgentProcess each : sim.processes()) {
      sim.at(next, () -> replace(each));
      next += apart;
    }
  }

  private void replace(AgentProcess one) {
    if (one.isDead() || one.isDraining()) return;
    sim.begin(random.nextBoolean() ? one.host() : sim.newHost());
    sim.at(
        sim.now() + random.nextLong(8 * SECONDS),
        () -> {
          if (one.isDead() || one.isDraining()) return;
          sim.trace(one + " drains");
          one.drain();
          sim.at(sim.now() + 30 * SECONDS, () -> one.kill(false));
        });
  }

  /** Ends what it has done. */
  void end() {
    for (AgentProcess each : sim.processes()) {
      each.cutOff(0);
      each.host().resume(sim.now());
      goOn(each);
    }
    sim.network.setUp(true);
    sim.db.rollBack();
  }
}
