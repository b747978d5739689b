package io.vibee.session.agent.fleet;

import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Carries out a simulated process's operations in its database; what may go wrong there does. */
final class AgentClient {
  private static final long MILLIS = 1_000_000;
  private static final long SECONDS = 1_000 * MILLIS;

  /** What became of an operation; at most one of the methods is called, once. */
  private interface Outcome<R> {
    /** With null if the agent has ended. */
    void known(@Nullable R result);

    void unknown();
  }

  /** Where an operation tells what it returns, once it has committed. */
  private interface Answer<R> {
    void accept(@Nullable R result);
  }

  private interface Operation<R> {
    void carryOut(Answer<R> reply);
  }

  private final Simulation sim;
  private final AgentProcess process;
  private final LeaseProtocol protocol;
  private boolean freezes;
  private long timeline;
  private @Nullable FleetView lastView;
  private Action.@Nullable Claim lastClaim;

  AgentClient(Simulation sim, AgentProcess process, LeaseProtocol protocol) {
    this.sim = sim;
    this.process = process;
    this.protocol = protocol;
  }

  void freezeAtNextBeat() {
    freezes = true;
  }

  boolean knowsThatFleetIsStopped() {
    return lastView != null && lastView.stopped();
  }

  void register() {
    Moment sent = process.now();
    this.<RegisteredAgent>call(
        reply -> reply.accept(sim.db.register(process)),
        new Outcome<>() {
          @Override
          public void known(@Nullable RegisteredAgent result) {
            if (result == null) return;
            timeline = result.world().timeline();
            process.apply(protocol.registered(sent, process.now(), result));
          }

          @Override
          public void unknown() {
            process.apply(protocol.beatUnknown(process.now()));
          }
        });
  }

  void beat(Action.Beat beat) {
    Moment sent = process.now();
    this.<FleetView>call(
        reply -> {
          reply.accept(sim.db.beat(beat.agent(), beat.beat(), beat.health()));
          if (freezes) sim.storm.maybeStop(process, 1);
          freezes = false;
        },
        new Outcome<>() {
          @Override
          public void known(@Nullable FleetView view) {
            if (view == null) process.apply(protocol.beatRefused(process.now()));
            else confirmed(sent, view, beat.agent());
          }

          @Override
          public void unknown() {
            if (sim.flaw == Flaw.UNKNOWN_MOVES_DEADLINE && lastView != null) {
              process.apply(protocol.beatConfirmed(sent, process.now(), lastView, Set.of()));
            } else {
              process.apply(protocol.beatUnknown(process.now()));
            }
          }
        });
  }

  private void confirmed(Moment sentThen, FleetView view, long me) {
    Set<Long> gone = new HashSet<>();
    for (FleetAgent peer : view.agents()) {
      if (peer.agentId() == me) continue;
      if (sim.db.isGone(peer.agentId(), process.host())) gone.add(peer.agentId());
      if (sim.flaw == Flaw.EXPIRY_BY_DATABASE_CLOCK && sim.db.isExpired(peer.agentId())) {
        endAtOnce(peer);
      }
    }
    lastView = view;
    Moment sent = sim.flaw == Flaw.DEADLINE_FROM_REPLY ? process.now() : sentThen;
    process.apply(protocol.beatConfirmed(sent, process.now(), told(view), gone));
  }

  /** What a flaw makes of a view. */
  private FleetView told(FleetView view) {
    boolean promises =
        sim.flaw == Flaw.NO_WAIT_AFTER_PROMOTION
            || (sim.flaw == Flaw.NEWCOMERS_DO_NOT_WAIT && view.world().timeline() == timeline);
    return new FleetView(
        view.world(),
        view.settled() || promises,
        view.agents(),
        view.runnable(),
        view.claimable(),
        view.stopped() && sim.flaw != Flaw.BRAKE_UNNOTICED,
        view.refused(),
        view.wanted(),
        view.awaited());
  }

  private void endAtOnce(FleetAgent peer) {
    if (!sim.db.server.isHeldFast(peer.agentId())) sim.db.end(peer.agentId(), peer.beat());
  }

  void work(Action.Work work) {
    Outcome<Reply> outcome =
        new Outcome<>() {
          @Override
          public void known(@Nullable Reply result) {
            Reply reply = result == null ? new Reply.Ended() : result;
            process.apply(protocol.answered(process.now(), reply));
          }

          @Override
          public void unknown() {
            process.apply(protocol.answered(process.now(), new Reply.Unknown()));
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
      reply.accept(new Reply.Done(!not && db.end(end.peer(), end.beat())));
    } else if (work instanceof Action.Claim claim) {
      claim(claim, null, reply);
    } else if (work instanceof Action.ClaimOne claim) {
      claim(new Action.Claim(claim.agent(), 1, claim.timeline()), claim.session(), reply);
    } else if (work instanceof Action.Pause) {
      reply.accept(new Reply.Done(true));
    } else if (work instanceof Action.Brake) {
      if (!sim.db.isStopped()) sim.db.stop();
      reply.accept(new Reply.Done(true));
    } else if (work instanceof Action.ReadHeld read) {
      List<Lease> held = db.held(read.agent());
      if (!db.isOn(read.timeline())) reply.accept(new Reply.Elsewhere());
      else reply.accept(held == null ? null : new Reply.Leases(held));
    } else if (work instanceof Action.Release release) {
      long coolDown = process.settings.coolDown().toNanos();
      reply.accept(new Reply.Leases(db.release(release.agent(), release.leases(), coolDown)));
    } else if (work instanceof Action.Quarantine quarantine) {
      boolean untold = sim.flaw == Flaw.QUARANTINE_UNTOLD;
      reply.accept(new Reply.Done(untold || db.quarantine(quarantine.agent(), quarantine.lease())));
    } else if (work instanceof Action.Leave leave) {
      leave(leave, reply);
    }
  }

  private boolean waitsForClaim(Action.Work work) {
    return (work instanceof Action.End end && sim.db.server.isHeldFast(end.peer()))
        || (work instanceof Action.Leave leave && sim.db.server.isHeldFast(leave.agent()));
  }

  private void leave(Action.Leave leave, Answer<Reply> reply) {
    if (sim.network.bringsAgain() && lastClaim != null && lastClaim.agent() == leave.agent()) {
      boolean refused = !sim.db.isOn(lastClaim.timeline());
      ModelClaim again = refused ? null : sim.db.claim(leave.agent(), 1, null);
      if (again != null) again.commit(false);
    }
    Integer holds = sim.db.leave(leave.agent());
    reply.accept(holds == null ? null : new Reply.Done(holds == 0));
  }

  private void claim(Action.Claim claim, @Nullable String only, Answer<Reply> reply) {
    lastClaim = claim;
    if (!sim.db.isOn(claim.timeline())) {
      reply.accept(new Reply.Elsewhere());
      return;
    }
    ModelClaim claiming = sim.db.claim(claim.agent(), claim.atMost(), only);
    if (claiming == null) {
      reply.accept(null);
      return;
    }
    // Stopped before it commits: the transaction stays open, and what it has locked stays locked.
    long open = sim.network.lockWait() + sim.storm.maybeStop(process, 0.02);
    sim.at(
        sim.now() + open,
        () -> {
          if (open > SECONDS) sim.isWellFromNow();
          List<Lease> leases = claiming.commit(sim.network.isRolledBack());
          if (leases != null) {
            sim.trace(process, leases);
            reply.accept(new Reply.Leases(leases));
          }
        });
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
    long timeout = process.now().monotonic() + process.settings.statementTimeout().toNanos();
    sim.at(process.host().when(timeout, sim.now()), () -> process.arrive(unknown));
    sim.network.deliver(
        process,
        () ->
            operation.carryOut(
                result -> {
                  if (process.isCutOff() || sim.network.losesReply()) return;
                  sim.at(
                      sim.now() + sim.network.latency(),
                      () ->
                          process.arrive(
                              () -> {
                                if (over[0]) return;
                                over[0] = true;
                                outcome.known(result);
                              }));
                }));
  }
}
