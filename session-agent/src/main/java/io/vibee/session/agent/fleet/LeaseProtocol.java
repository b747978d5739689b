package io.vibee.session.agent.fleet;

import io.vibee.session.AgentHealth;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.agent.fleet.Action.Reason;
import io.vibee.session.agent.fleet.Action.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one agent what it may run: registers, gives signs of life, ends silent peers, claims
 * its share, and lets go of all before others may take it. Each call tells what happened and when,
 * and returns what to do now; {@link #wakeAt} says when to call {@link #tick} at the latest.
 *
 * <p>L is {@link FleetSettings#silence}, D the {@link Deadline}. What is decided, and in which
 * order, is in {@link #decide}; the rest takes note of what happened. Not thread-safe.
 */
public final class LeaseProtocol {
  private enum Phase {
    /** Not registered; holds nothing. */
    OUT,
    IN,
    /** D is over, or the agent was declared dead: no owner any more, connections still close. */
    ENDING,
    /** Was asked to end, and has. */
    DONE
  }

  /** A refusal that comes later has nothing to do with the start. */
  private static final Duration START = Duration.ofMinutes(1);

  private final FleetSettings settings;
  private final Beats beats;
  private final Taking taking;
  private final Holdings holdings = new Holdings();
  private final Operations operations;
  private List<Action> actions = new ArrayList<>();

  private Phase phase = Phase.OUT;
  private boolean draining;
  private boolean gaveUp;
  private long agent;
  private @Nullable Deadline deadline;
  private long wakeAt = Long.MIN_VALUE;

  /**
   * Starts outside the fleet.
   *
   * @param random for beats, and for waits that are not to be the same everywhere
   */
  public LeaseProtocol(FleetSettings settings, RandomGenerator random) {
    this.settings = settings;
    this.beats = new Beats(settings, random);
    this.taking = new Taking(settings);
    this.operations = new Operations(settings, holdings, taking);
  }

  /** Some time has passed. */
  public List<Action> tick(Moment now) {
    return decide(now);
  }

  /**
   * The agent has a row, under an id that no other agent has had.
   *
   * @param sent just before the registration was sent
   */
  public List<Action> registered(Moment sent, Moment now, RegisteredAgent registered) {
    beatAnswered();
    phase = Phase.IN;
    gaveUp = false;
    operations.register();
    agent = registered.agentId();
    deadline = new Deadline(settings, sent);
    taking.register(registered.world());
    beats.wantedAt(now.monotonic());
    return decide(now);
  }

  /**
   * A beat has changed one row. One whose view does not have the agent itself counts as refused.
   *
   * @param sent just before it was sent
   * @param gone peers on this machine whose process is gone
   */
  public List<Action> beatConfirmed(Moment sent, Moment now, FleetView view, Set<Long> gone) {
    beatAnswered();
    if (deadline != null) deadline.look(now);
    if (deadline == null || phase != Phase.IN || now.monotonic() >= deadline.at()) {
      return decide(now); // too late: handlers may have been told already
    }
    FleetAgent me = Taking.find(agent, view);
    if (me == null) return beatRefused(now);
    if (taking.see(view, me, gone, now.monotonic())) operations.compare();
    // The beat says that the agent lives. D needs more: that it owns all that it has connected.
    if (!operations.isComparing() && !holdings.hasLost()) deadline.confirmed(sent);
    operations.counted(me.held());
    beats.confirmed(sent);
    if (deadline.isSuspect()) beats.wantedAt(now.monotonic());
    if (!view.stopped()) handOver(view.wanted());
    stopSome(taking.surplus(holdings.kept(), now.monotonic()), Reason.SURPLUS);
    return decide(now);
  }

  private void handOver(List<String> wanted) {
    for (String session : wanted) {
      Lease lease = holdings.lease(session);
      if (lease != null) stop(lease, Reason.WANTED);
    }
  }

  /** A registration or a beat may have been seen or not: D stays where it is. */
  public List<Action> beatUnknown(Moment now) {
    beatAnswered();
    if (deadline != null) deadline.unknown();
    beats.unknown(now.monotonic());
    return decide(now);
  }

  /** A beat has changed no row: the agent was declared dead. */
  public List<Action> beatRefused(Moment now) {
    beatAnswered();
    declaredDead(now);
    return decide(now);
  }

  /** What became of the operation that was under way. It never moves D. */
  public List<Action> answered(Moment now, Reply reply) {
    if (phase != Phase.IN) {
      operations.answeredTooLate();
      return decide(now);
    }
    for (Lease lost : operations.answered(reply, now.monotonic())) {
      actions.add(new Action.Stop(lost, Reason.LOST));
    }
    if (reply instanceof Reply.Ended) declaredDead(now);
    if (operations.takeWantsBeat()) beats.wantedAt(now.monotonic());
    if (operations.hasLeft()) phase = Phase.DONE;
    return decide(now);
  }

  /** A handler confirms that a session's connection is closed, whether it was asked to or not. */
  public List<Action> closed(Lease lease, Moment now) {
    // A newer lease of the session may have come in meanwhile.
    if (holdings.closed(lease)) operations.reconcile();
    return decide(now);
  }

  /** A start that was asked for has connected nothing, as {@link #mayStart} has forbidden it. */
  public List<Action> notConnected(Lease lease, Moment now) {
    if (holdings.notConnected(lease)) operations.reconcile();
    return decide(now);
  }

  /** A session's connection is open. It counts as healthy once it has been so for a while. */
  public List<Action> connected(Lease lease, Moment now) {
    holdings.connected(lease, now.monotonic(), settings.waves().settle().toNanos());
    return decide(now);
  }

  /** A session cannot be started for a reason of its own, or its start takes long. */
  public List<Action> failing(Lease lease, Moment now) {
    if (holdings.failing(lease)) taking.waves().failed(now.monotonic());
    return decide(now);
  }

  /** Telegram has refused a session for good: it is closed, and kept from everybody. */
  public List<Action> fatal(Lease lease, String reason, Moment now) {
    if (holdings.fatal(lease, reason, now.monotonic(), START.toNanos())) {
      taking.waves().refused(now.monotonic());
    }
    stop(lease, Reason.FATAL);
    return decide(now);
  }

  /** Telegram wants a session left alone for a while; what runs goes on. */
  public List<Action> pause(Lease lease, Duration pause, Moment now) {
    holdings.pause(lease, pause);
    return decide(now);
  }

  /** Sessions are said to have come, by the feed: they are claimed before the next beat. */
  public List<Action> offered(int sessions, Moment now) {
    taking.offered(sessions);
    return decide(now);
  }

  /** Something was decided that a beat tells, such as what an operator wants of the agent. */
  public List<Action> askNow(Moment now) {
    beats.wantedAt(now.monotonic());
    return decide(now);
  }

  /**
   * The agent is there for one session, which it claims as soon as nobody holds it.
   *
   * @param session the session; null for none, for now
   */
  public List<Action> dedicate(@Nullable String session, Moment now) {
    taking.dedicate(session);
    return decide(now);
  }

  /** The agent is to end: it lets go of all, then leaves the fleet. */
  public List<Action> drain(Moment now) {
    draining = true;
    return decide(now);
  }

  /**
   * Whether a session that has not run under its lease may be connected now. To be asked in the
   * moment before its first connection: the process may have been stopped since it was told to
   * start, or the fleet.
   */
  public boolean mayStart(Lease lease, Moment now) {
    return mayConnect(lease, now) && !taking.isStopped();
  }

  /**
   * Whether a session that runs may be connected again. To be asked in the moment before each
   * connection but the first, by a client that reconnects by itself, too. What runs goes on though
   * the fleet is stopped.
   */
  public boolean mayConnect(Lease lease, Moment now) {
    if (phase != Phase.IN || deadline == null) return false;
    if (deadline.look(now)) beats.wantedAt(now.monotonic());
    return !deadline.isSuspect() && now.monotonic() < deadline.at() && holdings.isOpen(lease);
  }

  /** Whether the agent has all that it may claim, as far as it knows, and has begun to start it. */
  public boolean hasItsShare(Moment now) {
    return phase == Phase.IN
        && !operations.isBusy()
        && holdings.idle() == 0
        && taking.hasShare(holdings, now.monotonic());
  }

  /** When to call {@link #tick}, by the monotonic clock, if nothing happens before. */
  public long wakeAt() {
    return wakeAt;
  }

  /**
   * For how long sessions stay at most with the next agent that is silent, in nanoseconds; 0 if
   * none is. After a whole fleet was killed, that is what newcomers wait for.
   */
  public long silentFor(Moment now) {
    return taking.silentFor(now.monotonic());
  }

  /** Whether the agent was asked to end, and has. */
  public boolean isDone() {
    return phase == Phase.DONE;
  }

  private List<Action> decide(Moment now) {
    long time = now.monotonic();
    if (deadline != null && deadline.look(now)) beats.wantedAt(time);
    for (int left = holdings.settle(time); left > 0; left--) taking.waves().healthy(time);
    if (operations.proves(time)) beats.wantedAt(time);
    if (phase == Phase.IN && deadline != null && time >= deadline.at()) lose(Reason.DEADLINE);
    if (phase == Phase.ENDING) end(time);
    if (phase == Phase.IN) run(time);
    beat(time);
    work(time);
    wakeAt = next(time);
    List<Action> decided = actions;
    actions = new ArrayList<>();
    return decided;
  }

  private void beatAnswered() {
    beats.answered();
    operations.beatAnswered();
  }

  private void declaredDead(Moment now) {
    if (phase != Phase.IN || deadline == null) return;
    deadline.declaredDead(now);
    lose(Reason.DECLARED_DEAD);
  }

  /** Nothing is the agent's any more, and all that is connected has until D's end to close. */
  private void lose(Reason reason) {
    phase = Phase.ENDING;
    stopSome(Integer.MAX_VALUE, reason);
    holdings.loseAll();
  }

  private void end(long time) {
    if (holdings.connected() == 0) {
      holdings.loseAll();
      taking.ownBefore(agent);
      phase = Phase.OUT;
      beats.wantedAt(time);
    } else if (deadline != null && time >= deadline.end() && !gaveUp) {
      gaveUp = true;
      actions.add(new Action.GiveUp(holdings.connectedLeases()));
    }
  }

  private void run(long time) {
    boolean lettingGo = draining || taking.mustLetGo();
    if (lettingGo) {
      stopSome(holdings.kept(), Reason.DRAINING);
    } else if (deadline != null
        && !deadline.isSuspect()
        && !operations.isComparing()
        && !taking.waits(time)
        && !taking.isStopped()) {
      for (Lease lease : holdings.start(taking.timeline())) actions.add(new Action.Start(lease));
    }
  }

  private void beat(long time) {
    if (!beats.isDue(time)) return;
    if (phase == Phase.IN) {
      AgentHealth health = operations.beatSent(time);
      actions.add(new Action.Beat(agent, beats.send(), health));
    } else if (phase == Phase.OUT && draining) {
      phase = Phase.DONE;
    } else if (phase == Phase.OUT
        && !operations.isBusy()) { // whose reply would not be for the new agent
      beats.send();
      actions.add(new Action.Register());
    }
  }

  private void work(long time) {
    Work work = phase == Phase.IN ? operations.next(agent, draining, time) : null;
    if (work != null) actions.add(work);
  }

  private long next(long time) {
    if (phase == Phase.DONE) return Long.MAX_VALUE;
    long next = phase == Phase.OUT && operations.isBusy() ? Long.MAX_VALUE : beats.next();
    if (phase == Phase.ENDING) next = Long.MAX_VALUE;
    if (phase == Phase.ENDING && !gaveUp && deadline != null) next = deadline.end();
    if (phase != Phase.IN || deadline == null) return next;
    next = Math.min(Math.min(next, deadline.at()), taking.next(time));
    next = Math.min(next, holdings.nextToSettle());
    return Math.min(next, operations.wakeAt(time));
  }

  private void stop(Lease lease, Reason reason) {
    if (holdings.close(lease)) actions.add(new Action.Stop(lease, reason));
  }

  private void stopSome(int atMost, Reason reason) {
    if (atMost == 0) return;
    for (Lease lease : holdings.closeSome(atMost)) actions.add(new Action.Stop(lease, reason));
  }
}
