package io.vibee.session.agent.fleet;

import io.vibee.session.AgentHealth;
import io.vibee.session.FleetAgent;
import io.vibee.session.Lease;
import io.vibee.session.agent.fleet.Action.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent does in the database beside its beats, one operation at a time. After one whose
 * outcome is unknown it reads what it holds before anything else.
 */
final class Operations {
  private final FleetSettings settings;
  private final Holdings holdings;
  private final Taking taking;

  /** What is under way; null if nothing is. */
  private @Nullable Work work;

  private long notBefore = Long.MIN_VALUE;

  /** As above, of releases: somebody is changing what is to be released. */
  private long releaseNotBefore = Long.MIN_VALUE;

  private boolean reconcile;

  /** Whether there was a promotion, and what is held is not yet compared with what it has kept. */
  private boolean comparing;

  /** Whether nothing was under way since the last beat was sent. */
  private boolean quiet;

  /** Whether all that is held has settled, and since when that is proof. */
  private boolean settled;

  private boolean proven;

  /** Whether a beat is under way that says so. */
  private boolean vouching;

  private long provenAt = Long.MAX_VALUE;

  private boolean wantsBeat;
  private boolean left;

  Operations(FleetSettings settings, Holdings holdings, Taking taking) {
    this.settings = settings;
    this.holdings = holdings;
    this.taking = taking;
  }

  /** Begins as a new agent, which holds nothing. */
  void register() {
    reconcile = false;
    comparing = false;
  }

  boolean isBusy() {
    return work != null;
  }

  void reconcile() {
    reconcile = true;
  }

  /** After a promotion, what the agent runs is its own only once it has compared. */
  void compare() {
    reconcile = true;
    comparing = true;
  }

  boolean isComparing() {
    return comparing;
  }

  /** Returns what the next beat tells of the agent; to be called when it is sent. */
  AgentHealth beatSent(long time) {
    quiet = work == null;
    boolean claims = work instanceof Action.Claim || work instanceof Action.ClaimOne;
    vouching = time >= provenAt && !claims && !reconcile;
    return new AgentHealth(holdings.running(), vouching);
  }

  void beatAnswered() {
    vouching = false;
  }

  /**
   * Whether it is proven from now on that nothing that is held kills its process, which the next
   * beat is to tell: those that may are given to those agents alone that have told that.
   */
  boolean proves(long time) {
    if (holdings.unsettled() > 0) {
      settled = false;
      proven = false;
      provenAt = Long.MAX_VALUE;
    } else if (!settled) {
      settled = true;
      WaveSettings waves = settings.waves();
      provenAt = time + waves.proof().minus(waves.settle()).toNanos();
    }
    boolean newly = !proven && time >= provenAt;
    proven |= newly;
    return newly;
  }

  /**
   * Compares what the database counts with what is held: they differ when an operation whose
   * outcome was unknown has been carried out later.
   */
  void counted(int held) {
    if (quiet && held != holdings.size()) reconcile = true;
  }

  /** Returns the next operation; null if there is none for now. */
  @Nullable Work next(long agent, boolean draining, long time) {
    if (work != null || time < notBefore) return null;
    work = choose(agent, draining, time);
    if (work != null) quiet = false;
    return work;
  }

  private @Nullable Work choose(long agent, boolean draining, long time) {
    if (reconcile) {
      reconcile = false;
      return new Action.ReadHeld(agent, taking.timeline());
    }
    Work quarantine = holdings.quarantine(agent);
    if (quarantine != null) return quarantine;
    String why = taking.waves().brake(taking.view(), time);
    if (why != null) {
      taking.waves().braking();
      return new Action.Brake(why);
    }
    Work pause = holdings.takePause(agent);
    if (pause != null) return pause;
    if (time >= releaseNotBefore) {
      List<Lease> closed = holdings.giveBack(settings.batch());
      if (!closed.isEmpty()) return new Action.Release(agent, closed);
    }
    if (draining && holdings.size() == 0) return new Action.Leave(agent);
    FleetAgent silent = taking.due(time);
    if (silent != null) return new Action.End(silent.agentId(), silent.beat());
    // A beat that vouches for what is held might come after the claim, and vouch for that, too.
    if (draining || vouching) return null;
    String session = taking.named(holdings, time);
    if (session != null) return new Action.ClaimOne(agent, session, taking.timeline());
    int claim = taking.claimable(holdings.size(), holdings.unsettled(), time);
    return claim < 0 ? null : new Action.Claim(agent, claim, taking.timeline());
  }

  /**
   * The operation that was under way was of an agent that is no more: nobody has what it brings.
   */
  void answeredTooLate() {
    work = null;
  }

  /**
   * Takes note of what became of the operation that was under way.
   *
   * @return leases that are the agent's no more, though connected
   */
  List<Lease> answered(Reply reply, long time) {
    Work its = work;
    work = null;
    if (its == null) return List.of();
    if (reply instanceof Reply.Unknown) {
      if (its instanceof Action.Brake) taking.waves().brakeUnknown();
      else reconcile |= !(its instanceof Action.End);
      notBefore = soon(time);
    } else if (reply instanceof Reply.Elsewhere) {
      reconcile |= its instanceof Action.ReadHeld;
      notBefore = soon(time);
      wantsBeat = true;
    } else if (reply instanceof Reply.Leases read && its instanceof Action.ReadHeld) {
      return compared(read.leases());
    } else if (reply instanceof Reply.Leases got && its instanceof Action.Claim claim) {
      taking.claimed(got.leases().size(), claim.atMost());
      if (!holdings.add(got.leases())) reconcile = true;
    } else if (reply instanceof Reply.Leases got && its instanceof Action.ClaimOne) {
      if (!holdings.add(got.leases())) reconcile = true;
    } else if (reply instanceof Reply.Leases given && its instanceof Action.Release release) {
      released(release.leases(), given.leases(), time);
    } else if (reply instanceof Reply.Done done) {
      done(its, done.changed(), time);
    }
    return List.of();
  }

  /**
   * What is left is being changed by somebody, or is not the agent's any more: the reading tells.
   */
  private void released(List<Lease> asked, List<Lease> released, long time) {
    holdings.released(asked, released);
    if (released.size() == asked.size()) return;
    releaseNotBefore = soon(time);
    reconcile = true;
  }

  private List<Lease> compared(List<Lease> stored) {
    if (reconcile) return List.of(); // what was read may be of before the reason to read
    if (comparing) wantsBeat = true;
    comparing = false;
    return holdings.reconcile(stored);
  }

  private void done(Work its, boolean changed, long time) {
    if (its instanceof Action.End end) {
      taking.answered(end.peer(), changed);
      wantsBeat |= !changed; // to see what became of the peer, and of its sessions
    } else if (its instanceof Action.Quarantine quarantine) {
      holdings.quarantined(quarantine.lease());
      reconcile |= !changed;
    } else if (its instanceof Action.Brake) {
      wantsBeat = true; // to hear of it
    } else if (its instanceof Action.Leave) {
      left = changed;
      reconcile |= !changed; // it owns something that it does not know of
      if (!changed) notBefore = soon(time);
    }
  }

  /** Whether a beat is wanted at once, for what it tells. */
  boolean takeWantsBeat() {
    boolean wanted = wantsBeat;
    wantsBeat = false;
    return wanted;
  }

  /** Whether the agent has left the fleet. */
  boolean hasLeft() {
    return left;
  }

  /** When to look again though nothing happens; not before now. */
  long wakeAt(long time) {
    long next = Math.min(ifLater(notBefore, time), ifLater(releaseNotBefore, time));
    return Math.min(next, ifLater(provenAt, time));
  }

  private static long ifLater(long at, long time) {
    return at > time ? at : Long.MAX_VALUE;
  }

  private long soon(long time) {
    return time + settings.beat().toNanos() / 5;
  }
}
