package io.vibee.session.agent.fleet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A process of a simulated fleet: drives a {@link LeaseProtocol}, and has handlers whose clients
 * connect to {@link FakeTelegram}. While it is stopped, what happens to it waits.
 */
final class AgentProcess {
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

  /** What became of an operation; at most one of the methods is called, once. */
  private interface Outcome<R> {
    void known(@Nullable R result);

    void unknown();
  }

  final int id;
  final int generation;
  final FleetSettings settings;
  private final Simulation sim;
  private final Host host;
  private final Random random;
  private final LeaseProtocol protocol;
  private final Map<String, Handler> handlers = new HashMap<>();
  private final List<Runnable> inbox = new ArrayList<>();
  private boolean dead;
  private boolean freezes;
  private boolean draining;
  private long stoppedAt = -1;
  private long cutOffUntil;
  private long wakes = Long.MAX_VALUE;
  private @Nullable FleetView lastView;

  private long timeline;

  AgentProcess(Simulation sim, int id, Host host, int generation, FleetSettings settings) {
    this.sim = sim;
    this.id = id;
    this.host = host;
    this.generation = generation;
    this.settings = settings;
    this.random = sim.random;
    this.protocol = new LeaseProtocol(settings, new Random(random.nextLong()));
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

  /** Whether its handler has not come back from closing a session. */
  boolean isClosing(String session) {
    Handler handler = handlers.get(session);
    return !dead && handler != null && handler.stopping;
  }

  void drain() {
    draining = true;
    arrive(() -> apply(protocol.drain(now())));
  }

  /** Stops it when the database has its next beat, and the reply is on its way. */
  void freezeAtNextBeat() {
    freezes = true;
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
    if (broken) {
      for (Handler handler : handlers.values()) {
        if (handler.connection == null || handler.connection.until < sim.now()) continue;
        handler.connection.until = closedAt;
        if (!handler.stopping) inbox.add(() -> reconnect(handler));
      }
    }
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
    for (Handler handler : handlers.values()) {
      FakeTelegram.Connection connection = handler.connection;
      if (connection == null) continue;
      long end = machine || last + linger() < sim.now() ? last + linger() : sim.now();
      connection.until = Math.min(connection.until, end);
    }
    sim.died(this, machine);
  }

  private Moment now() {
    Moment now = host.at(sim.now());
    if (sim.flaw != Flaw.SUSPENSION_UNNOTICED) return now;
    return new Moment(now.monotonic(), now.monotonic());
  }

  /** Something happens to the process: now, or when it goes on. */
  private void arrive(Runnable what) {
    if (dead) return;
    if (stoppedAt >= 0) inbox.add(what);
    else what.run();
  }

  private void later(long nanos, Runnable what) {
    sim.at(sim.now() + nanos, () -> arrive(what));
  }

  private void wake() {
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

  private void apply(List<Action> actions) {
    if (dead) return;
    for (Action action : actions) {
      sim.trace(this, action);
      if (action instanceof Action.Register) register();
      else if (action instanceof Action.Beat beat) beat(beat);
      else if (action instanceof Action.Start start) start(start.lease());
      else if (action instanceof Action.Stop stop) close(stop.lease());
      else if (action instanceof Action.GiveUp) kill(false);
      else if (action instanceof Action.Work work) work(work);
      if (dead) return;
    }
    wake();
    if (protocol.isDone()) kill(false);
  }

  private void register() {
    Moment sent = now();
    var registration = new ModelDatabase.Registration(settings, generation, this);
    this.<Object[]>call(
        reply ->
            reply.accept(new Object[] {sim.db.register(registration, sim.now()), sim.db.world()}),
        new Outcome<>() {
          @Override
          public void known(Object @Nullable [] result) {
            if (result == null) return;
            World world = (World) result[1];
            timeline = world.timeline();
            apply(protocol.registered(sent, now(), (Long) result[0], world));
          }

          @Override
          public void unknown() {
            apply(protocol.beatUnknown(now()));
          }
        });
  }

  private void beat(Action.Beat beat) {
    Moment sent = now();
    this.<FleetView>call(
        reply -> {
          reply.accept(sim.db.beat(beat.agent(), beat.beat(), sim.now()));
          if (freezes) sim.maybeStop(this, 1);
          freezes = false;
        },
        new Outcome<>() {
          @Override
          public void known(@Nullable FleetView view) {
            if (view == null) apply(protocol.beatRefused(now()));
            else confirmed(sent, view);
          }

          @Override
          public void unknown() {
            if (sim.flaw == Flaw.UNKNOWN_MOVES_DEADLINE && lastView != null) {
              apply(protocol.beatConfirmed(sent, now(), lastView, Set.of()));
            } else {
              apply(protocol.beatUnknown(now()));
            }
          }
        });
  }

  private void confirmed(Moment sentThen, FleetView view) {
    Set<Long> gone = new HashSet<>();
    for (Peer peer : view.peers()) {
      if (sim.db.isGone(peer.id(), host)) gone.add(peer.id());
      if (sim.flaw == Flaw.EXPIRY_BY_DATABASE_CLOCK && sim.db.isExpired(peer.id(), sim.now())) {
        endAtOnce(peer);
      }
    }
    lastView = view;
    Moment sent = sim.flaw == Flaw.DEADLINE_FROM_REPLY ? now() : sentThen;
    World world = view.world();
    boolean promises =
        sim.flaw == Flaw.NO_WAIT_AFTER_PROMOTION
            || (sim.flaw == Flaw.NEWCOMERS_DO_NOT_WAIT && world.timeline() == timeline);
    FleetView told = view;
    if (promises) {
      World settled = new World(world.id(), world.timeline(), true);
      told =
          new FleetView(
              settled, view.me(), view.peers(), view.runnable(), view.free(), view.wanted());
    }
    apply(protocol.beatConfirmed(sent, now(), told, gone));
  }

  private void endAtOnce(Peer peer) {
    if (!sim.db.isHeldFast(peer.id())) sim.db.end(peer.id(), peer.beat(), sim.now());
  }

  private void work(Action.Work work) {
    Outcome<Reply> outcome =
        new Outcome<>() {
          @Override
          public void known(@Nullable Reply result) {
            apply(protocol.answered(now(), result == null ? new Reply.Ended() : result));
          }

          @Override
          public void unknown() {
            apply(protocol.answered(now(), new Reply.Unknown()));
          }
        };
    call(reply -> carryOut(work, reply), outcome);
  }

  private void carryOut(Action.Work work, Answer<Reply> reply) {
    ModelDatabase db = sim.db;
    if (waitsForClaim(work)) {
      sim.at(sim.now() + 200 * MILLIS, () -> carryOut(work, reply));
    } else if (work instanceof Action.End end) {
      boolean not =
          sim.flaw == Flaw.EXPIRY_BY_DATABASE_CLOCK || sim.flaw == Flaw.PEERS_LIVE_FOR_EVER;
      reply.accept(new Reply.Done(!not && db.end(end.peer(), end.beat(), sim.now())));
    } else if (work instanceof Action.Claim claim) {
      claim(claim, reply);
    } else if (work instanceof Action.ReadHeld read) {
      List<Lease> held = db.held(read.agent());
      if (!db.isOn(read.timeline())) reply.accept(new Reply.Elsewhere());
      else reply.accept(held == null ? new Reply.Ended() : new Reply.Leases(held));
    } else if (work instanceof Action.Release release) {
      long coolDown = settings.coolDown().toNanos();
      db.release(release.agent(), release.leases(), coolDown, sim.now());
      reply.accept(new Reply.Done(true));
    } else if (work instanceof Action.Leave leave) {
      db.leave(leave.agent(), sim.now());
      reply.accept(new Reply.Done(true));
    }
  }

  private boolean waitsForClaim(Action.Work work) {
    return (work instanceof Action.End end && sim.db.isHeldFast(end.peer()))
        || (work instanceof Action.Leave leave && sim.db.isHeldFast(leave.agent()));
  }

  private void claim(Action.Claim claim, Answer<Reply> reply) {
    if (!sim.db.isOn(claim.timeline())) {
      reply.accept(new Reply.Elsewhere());
      return;
    }
    ModelDatabase.Claiming claiming = sim.db.claim(claim.agent(), claim.atMost(), sim.now());
    if (claiming == null) {
      reply.accept(new Reply.Ended());
      return;
    }
    // Stopped before it commits: the transaction stays open, and what it has locked stays locked.
    long open = sim.lockWait() + sim.maybeStop(this, 0.02);
    sim.at(
        sim.now() + open,
        () -> {
          if (open > SECONDS) sim.isWellFromNow();
          List<Lease> leases = claiming.commit(sim.now(), sim.isRolledBack());
          if (leases != null) {
            sim.trace(this, leases);
            reply.accept(new Reply.Leases(leases));
          }
        });
  }

  /** Where an operation tells what it returns, once it has committed. */
  private interface Answer<R> {
    void accept(@Nullable R result);
  }

  private interface Operation<R> {
    void carryOut(Answer<R> reply);
  }

  /** Sends an operation, which may be lost, or its reply, or come late. */
  private <R> void call(Operation<R> operation, Outcome<R> outcome) {
    boolean[] over = {false};
    Runnable unknown =
        () -> {
          if (over[0]) return;
          over[0] = true;
          outcome.unknown();
        };
    long timeout = now().monotonic() + settings.statementTimeout().toNanos();
    sim.at(host.when(timeout, sim.now()), () -> arrive(unknown));
    sim.deliver(
        this,
        () ->
            operation.carryOut(
                result -> {
                  if (isCutOff() || sim.losesReply()) return;
                  sim.at(
                      sim.now() + sim.latency(),
                      () ->
                          arrive(
                              () -> {
                                if (over[0]) return;
                                over[0] = true;
                                outcome.known(result);
                              }));
                }));
  }

  private void start(Lease lease) {
    Handler handler = new Handler(lease);
    Handler before = handlers.put(lease.session(), handler);
    if (before != null) throw new Violation("two starts of " + lease.session() + " in " + this);
    sim.maybeStop(this, 0.01);
    long handOff =
        random.nextInt(20) == 0 ? random.nextLong(2 * SECONDS) : random.nextLong(50 * MILLIS);
    later(sim.isStormy() ? handOff : random.nextLong(50 * MILLIS), () -> connect(handler));
  }

  private void connect(Handler handler) {
    if (handlers.get(handler.lease.session()) != handler || handler.stopping) return;
    boolean may = protocol.mayConnect(handler.lease, now());
    if (may || sim.flaw == Flaw.START_WITHOUT_LOOK) {
      handler.connection = sim.telegram.connect(handler.lease, this, sim.now());
      wake();
    } else {
      handlers.remove(handler.lease.session());
      apply(protocol.notConnected(handler.lease, now()));
    }
  }

  /** The client has found that Telegram has closed its connection. */
  private void reconnect(Handler handler) {
    if (handlers.get(handler.lease.session()) != handler || handler.stopping) return;
    if (protocol.mayConnect(handler.lease, now()) || sim.flaw == Flaw.RECONNECT_WITHOUT_LOOK) {
      handler.connection = sim.telegram.connect(handler.lease, this, sim.now());
    } else {
      later(3 * SECONDS, () -> reconnect(handler));
    }
    wake();
  }

  private void close(Lease lease) {
    Handler handler = handlers.get(lease.session());
    if (handler == null || !handler.lease.equals(lease)) {
      throw new Violation("a stop of " + lease + ", which " + this + " does not run");
    }
    handler.stopping = true;
    if (sim.flaw == Flaw.EARLY_RELEASE) later(0, () -> apply(protocol.closed(lease, now())));
    if (sim.hangs()) return;
    long stop = settings.stop().toNanos();
    long takes =
        random.nextInt(10) == 0 ? random.nextLong(stop * 9 / 10) : random.nextLong(300 * MILLIS);
    later(takes, () -> closed(handler));
  }

  private void closed(Handler handler) {
    FakeTelegram.Connection connection = handler.connection;
    if (connection != null) connection.until = Math.min(connection.until, sim.now());
    handlers.remove(handler.lease.session(), handler);
    if (sim.flaw != Flaw.EARLY_RELEASE) apply(protocol.closed(handler.lease, now()));
  }
}
