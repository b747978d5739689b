package io.vibee.session.agent.fleet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A process of a simulated fleet: drives a {@link LeaseProtocol} by its {@link AgentClient} and its
 * {@link AgentHandlers}. While it is stopped, what happens to it waits.
 */
final class AgentProcess {
  private static final long MILLIS = 1_000_000;

  final int id;
  final int generation;
  final FleetSettings settings;
  final AgentHandlers handlers;
  final AgentClient client;
  private final Simulation sim;
  private final Host host;
  private final Random random;
  private final LeaseProtocol protocol;
  private final List<Runnable> inbox = new ArrayList<>();
  private boolean dead;
  private boolean draining;
  private long stoppedAt = -1;
  private long cutOffUntil;
  private long wakes = Long.MAX_VALUE;

  AgentProcess(Simulation sim, int id, Host host, int generation, FleetSettings settings) {
    this.sim = sim;
    this.id = id;
    this.host = host;
    this.generation = generation;
    this.settings = settings;
    this.random = sim.random;
    this.protocol = new LeaseProtocol(settings, new Random(random.nextLong()));
    this.handlers = new AgentHandlers(sim, this, protocol);
    this.client = new AgentClient(sim, this, protocol);
  }

  Host host() {
    return host;
  }

  boolean isDead() {
    return dead;
  }

  boolean isDraining() {
    return draining;
  }

  boolean isStopped() {
    return stoppedAt >= 0;
  }

  long stoppedAt() {
    return stoppedAt;
  }

  long linger() {
    return settings.linger().toNanos();
  }

  @Override
  public String toString() {
    return "process " + id + " (generation " + generation + ", host " + host.id + ")";
  }

  void begin() {
    arrive(() -> apply(protocol.tick(now())));
  }

  void drain() {
    draining = true;
    arrive(() -> apply(protocol.drain(now())));
  }

  /** Stops it when the database has its next beat, and the reply is on its way. */
  void freezeAtNextBeat() {
    client.freezeAtNextBeat();
  }

  void cutOff(long until) {
    cutOffUntil = until;
  }

  boolean isCutOff() {
    return sim.now() < cutOffUntil;
  }

  void stop() {
    if (!dead && stoppedAt < 0) stoppedAt = sim.now();
  }

  void goOn() {
    if (dead || stoppedAt < 0 || host.isSuspended()) return;
    boolean broken = sim.now() - stoppedAt > linger();
    long closedAt = stoppedAt + linger();
    stoppedAt = -1;
    if (broken) inbox.addAll(handlers.disconnected(closedAt));
    Collections.shuffle(inbox, random);
    List<Runnable> waiting = List.copyOf(inbox);
    inbox.clear();
    for (Runnable each : waiting) later(random.nextLong(5 * MILLIS), each);
  }

  /** Ends it at once; the kernel closes its sockets unless the machine itself is gone. */
  void kill(boolean machine) {
    if (dead) return;
    sim.trace(this + (machine ? " loses its machine" : " is killed"));
    long last = stoppedAt >= 0 ? stoppedAt : sim.now();
    dead = true;
    stoppedAt = -1;
    handlers.endAll(machine ? last + linger() : Math.min(last + linger(), sim.now()));
    sim.died(this, machine);
  }

  Moment now() {
    Moment now = host.at(sim.now());
    if (sim.flaw != Flaw.SUSPENSION_UNNOTICED) return now;
    return new Moment(now.monotonic(), now.monotonic());
  }

  /** Something happens to the process: now, or when it goes on. */
  void arrive(Runnable what) {
    if (dead) return;
    if (stoppedAt >= 0) inbox.add(what);
    else what.run();
  }

  void later(long nanos, Runnable what) {
    sim.at(sim.now() + nanos, () -> arrive(what));
  }

  /** Sees to it that the protocol is called when it wants to be. */
  void wake() {
    long at = protocol.wakeAt();
    if (at == Long.MAX_VALUE) return;
    long time = host.when(at, sim.now());
    if (wakes <= time) return;
    wakes = time;
    sim.at(
        time,
        () -> {
          if (wakes != time) return;
          wakes = Long.MAX_VALUE;
          arrive(() -> apply(protocol.tick(now())));
        });
  }

  void apply(List<Action> actions) {
    if (dead) return;
    for (Action action : actions) {
      sim.trace(this, action);
      if (action instanceof Action.Register) client.register();
      else if (action instanceof Action.Beat beat) client.beat(beat);
      else if (action instanceof Action.Start start) handlers.start(start.lease());
      else if (action instanceof Action.Stop stop) handlers.close(stop.lease());
      else if (action instanceof Action.GiveUp) kill(false);
      else if (action instanceof Action.Work work) client.work(work);
      if (dead) return;
    }
    wake();
    if (protocol.isDone()) kill(false);
  }
}
