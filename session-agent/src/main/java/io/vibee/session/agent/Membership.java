package io.vibee.session.agent;

import io.vibee.session.AgentEndedException;
import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetAgent;
import io.vibee.session.FleetConnection;
import io.vibee.session.FleetView;
import io.vibee.session.Lease;
import io.vibee.session.OtherTimelineException;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionException;
import io.vibee.session.SessionLeases;
import io.vibee.session.agent.fleet.Action;
import io.vibee.session.agent.fleet.FleetSettings;
import io.vibee.session.agent.fleet.LeaseProtocol;
import io.vibee.session.agent.fleet.Moment;
import io.vibee.session.agent.fleet.Reply;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes part in a fleet: carries out what {@link LeaseProtocol} decides, and tells it what came of
 * that. Signs of life have a thread and a connection of their own, other operations another thread;
 * a third one keeps the time, and never waits for the database. Thread-safe.
 */
final class Membership implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SessionAgent.class);
  private static final Duration IDLE = Duration.ofHours(1);

  /** What is to run, by what the protocol decides. Calls come one by one, and return at once. */
  interface Sessions {
    /** A session is the agent's, and is to be started. */
    void start(Lease lease);

    /** A session is to be closed. */
    void stop(Lease lease, Action.Reason reason);

    /** Sessions are about to be released; may wait for a moment. Not one by one with the rest. */
    void aboutToRelease(List<Lease> closed);

    /** The agent is about to be another one, which ends this one; may wait for a moment. */
    void aboutToRegister();

    /** Connections have not been closed in time, and others may take these sessions now. */
    void giveUp(List<Lease> open);
  }

  private final SessionLeases leases;
  private final FleetConnection line;
  private final FleetSettings settings;
  private final AgentRegistration registration;
  private final @Nullable ProcessIdentity process;
  private final Sessions sessions;
  private final StoreHealth health;
  private final SecureRandom random = new SecureRandom();
  private final Alarm clock = new Alarm(Ticker.SYSTEM);
  private final List<AgentThread> threads = new ArrayList<>();

  /** By the thread of the beats alone. */
  private final FleetNews news;

  private final BlockingQueue<Action> beats = new LinkedBlockingQueue<>();
  private final BlockingQueue<Action> works = new LinkedBlockingQueue<>();

  /** Guards what follows. */
  private final Object lock = new Object();

  private final LeaseProtocol protocol;
  private final Queue<Action> decided = new ArrayDeque<>();

  /** Whether a thread is carrying out what was decided: one does, so that it happens in order. */
  private boolean carryingOut;

  private boolean in;
  private boolean over;

  Membership(
      SessionLeases leases,
      FleetSettings settings,
      AgentRegistration registration,
      @Nullable ProcessIdentity process,
      Sessions sessions,
      StoreHealth health) {
    this.leases = leases;
    this.line = leases.connect(settings.statementTimeout());
    this.settings = settings;
    this.registration = registration;
    this.process = process;
    this.sessions = sessions;
    this.health = health;
    this.news = new FleetNews(settings.silence());
    this.protocol = new LeaseProtocol(settings, random);
  }

  /** Begins: registers, and goes on until {@link #close}. */
  void start() {
    threads.add(AgentThread.start("fleet-clock", this::keepTime, clock::end));
    threads.add(perform("fleet-beat", beats, this::giveSign));
    threads.add(perform("fleet-work", works, action -> work((Action.Work) action)));
  }

  private interface Performance {
    void of(Action action);
  }

  private AgentThread perform(String name, BlockingQueue<Action> queue, Performance performance) {
    return AgentThread.start(
        name,
        () -> {
          while (!isOver()) {
            try {
              performance.of(queue.take());
            } catch (InterruptedException e) {
              return;
            }
          }
        },
        () -> {});
  }

  private boolean isOver() {
    synchronized (lock) {
      return over;
    }
  }

  /** By both clocks, read together. */
  private static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis() * 1_000_000);
  }

  private void keepTime() {
    boolean goesOn = true;
    while (goesOn) {
      tell(each -> each.tick(now()));
      long wakeAt;
      synchronized (lock) {
        wakeAt = protocol.wakeAt();
      }
      long left = wakeAt == Long.MAX_VALUE ? IDLE.toNanos() : wakeAt - System.nanoTime();
      goesOn = clock.waitAtMost(Duration.ofNanos(Math.max(0, Math.min(left, IDLE.toNanos()))));
    }
  }

  /** Tells the protocol what happened, and carries out what it decides, in order. */
  private void tell(Function<LeaseProtocol, List<Action>> what) {
    synchronized (lock) {
      if (over) return;
      long before = protocol.wakeAt();
      decided.addAll(what.apply(protocol));
      if (protocol.wakeAt() < before) clock.ring();
      if (protocol.isDone()) lock.notifyAll();
      if (carryingOut) return;
      carryingOut = true;
    }
    Action next;
    while ((next = nextDecided()) != null) {
      try {
        carryOut(next);
      } catch (RuntimeException | Error e) {
        AgentThread.logDefect(e);
      }
    }
  }

  private @Nullable Action nextDecided() {
    synchronized (lock) {
      Action next = decided.poll();
      if (next == null) carryingOut = false;
      return next;
    }
  }

  private void carryOut(Action action) {
    if (action instanceof Action.Work) works.add(action);
    else if (action instanceof Action.Start start) sessions.start(start.lease());
    else if (action instanceof Action.Stop stop) stop(stop);
    else if (action instanceof Action.GiveUp giveUp) sessions.giveUp(giveUp.open());
    else beats.add(action);
  }

  private void stop(Action.Stop stop) {
    Action.Reason reason = stop.reason();
    if (reason == Action.Reason.DEADLINE || reason == Action.Reason.DECLARED_DEAD)
      leftFleet(reason);
    sessions.stop(stop.lease(), reason);
  }

  private void leftFleet(Action.Reason reason) {
    synchronized (lock) {
      if (!in) return;
      in = false;
    }
    if (reason == Action.Reason.DEADLINE) {
      log.error(
          "no beat was confirmed for too long: all sessions are closed now, and claimed again when"
              + " the database answers");
    } else {
      log.error("another agent has ended this one: all sessions are closed now, and claimed again");
    }
  }

  /** On a thread of its own: whatever else hangs, the beats go on. */
  private void giveSign(Action action) {
    try {
      if (action instanceof Action.Beat beat) beat(beat);
      else register();
      health.works(this);
    } catch (SessionException e) {
      health.fails(this, e);
      tell(each -> each.beatUnknown(now()));
    } catch (RuntimeException | Error e) {
      if (!isOver()) AgentThread.logDefect(e);
      tell(each -> each.beatUnknown(now()));
    }
  }

  private void register() {
    sessions.aboutToRegister();
    Moment sent = now();
    RegisteredAgent registered = line.register(registration, random.nextLong());
    news.registered(registered, registration);
    tell(each -> each.registered(sent, now(), registered));
  }

  private void beat(Action.Beat beat) {
    AgentHealth told = beat.health();
    Moment sent = now();
    Optional<FleetView> view = line.beat(beat.agent(), beat.beat(), told);
    if (view.isEmpty()) {
      tell(each -> each.beatRefused(now()));
      return;
    }
    synchronized (lock) {
      in = true;
    }
    news.heard(view.get(), beat.agent());
    Set<Long> gone = gone(beat.agent(), view.get().agents());
    tell(each -> each.beatConfirmed(sent, now(), view.get(), gone));
  }

  private Set<Long> gone(long me, List<FleetAgent> agents) {
    Set<Long> gone = new HashSet<>();
    if (process == null) return gone;
    for (FleetAgent each : agents) {
      if (each.agentId() != me && process.isGone(each.registration())) gone.add(each.agentId());
    }
    return gone;
  }

  private void work(Action.Work work) {
    Reply reply;
    try {
      reply = carriedOut(work);
    } catch (AgentEndedException e) {
      reply = new Reply.Ended();
    } catch (OtherTimelineException e) {
      reply = new Reply.Elsewhere();
    } catch (SessionException e) {
      health.fails(works, e);
      reply = new Reply.Unknown();
    } catch (RuntimeException | Error e) {
      if (!isOver()) AgentThread.logDefect(e);
      reply = new Reply.Unknown();
    }
    if (!(reply instanceof Reply.Unknown)) health.works(works);
    Reply answer = reply;
    tell(each -> each.answered(now(), answer));
  }

  private Reply carriedOut(Action.Work work) {
    if (work instanceof Action.Claim claim) {
      return new Reply.Leases(leases.claim(claim.agent(), claim.atMost(), claim.timeline()));
    }
    if (work instanceof Action.ClaimOne claim) {
      return new Reply.Leases(
          leases.claim(claim.agent(), claim.session(), claim.timeline()).stream().toList());
    }
    if (work instanceof Action.ReadHeld read) {
      return new Reply.Leases(leases.held(read.agent(), read.timeline()));
    }
    if (work instanceof Action.Release release) {
      sessions.aboutToRelease(release.leases());
      return new Reply.Leases(
          List.copyOf(leases.release(release.agent(), release.leases(), settings.coolDown())));
    }
    return new Reply.Done(isDone(work));
  }

  private boolean isDone(Action.Work work) {
    if (work instanceof Action.End end) {
      boolean ended = leases.end(end.peer(), end.beat());
      if (ended) log.warn("ended agent {}, which gave no sign of life", end.peer());
      return ended;
    }
    if (work instanceof Action.Quarantine quarantine) {
      return leases.quarantine(quarantine.agent(), quarantine.lease(), quarantine.reason());
    }
    if (work instanceof Action.Pause pause) {
      Instant until = Instant.now().plus(pause.pause());
      return leases.quietUntil(pause.agent(), pause.lease(), until);
    }
    if (work instanceof Action.Brake brake) {
      log.error("stops the fleet, nothing more is started: {}", brake.reason());
      return leases.stop(brake.reason());
    }
    return work instanceof Action.Leave leave && leases.leave(leave.agent(), false) == 0;
  }

  boolean mayStart(Lease lease) {
    synchronized (lock) {
      return !over && protocol.mayStart(lease, now());
    }
  }

  boolean mayConnect(Lease lease) {
    synchronized (lock) {
      return !over && protocol.mayConnect(lease, now());
    }
  }

  void connected(Lease lease) {
    tell(each -> each.connected(lease, now()));
  }

  void failing(Lease lease) {
    tell(each -> each.failing(lease, now()));
  }

  void refused(Lease lease, String reason) {
    tell(each -> each.fatal(lease, reason, now()));
  }

  void pause(Lease lease, Duration pause) {
    tell(each -> each.pause(lease, pause, now()));
  }

  void closed(Lease lease) {
    tell(each -> each.closed(lease, now()));
  }

  void notConnected(Lease lease) {
    tell(each -> each.notConnected(lease, now()));
  }

  /** Sessions have come that can be claimed. */
  void offered(int count) {
    tell(each -> each.offered(count, now()));
  }

  /** Something was decided that the next beat tells. */
  void askNow() {
    tell(each -> each.askNow(now()));
  }

  void dedicate(@Nullable String sessionId) {
    tell(each -> each.dedicate(sessionId, now()));
  }

  /** Whether the agent is registered, and its beats are confirmed: what readiness means here. */
  boolean isIn() {
    synchronized (lock) {
      return in && !over;
    }
  }

  /** Whether it has all that it may claim, as far as it knows, and has begun to start it. */
  boolean hasItsShare() {
    synchronized (lock) {
      return !carryingOut && protocol.hasItsShare(now());
    }
  }

  /** Lets go of all that it holds, and leaves the fleet. */
  void drain() {
    tell(each -> each.drain(now()));
  }

  /** Waits until it has left; returns false if it has not by then. */
  boolean awaitLeft(long end) {
    boolean interrupted = false;
    try {
      synchronized (lock) {
        while (!protocol.isDone()) {
          long left = (end - System.nanoTime()) / 1_000_000;
          if (left <= 0 || over) return false;
          try {
            lock.wait(left);
          } catch (InterruptedException e) {
            interrupted = true; // the time is short enough to be waited for
          }
        }
        return true;
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  /** Ends the threads and the connection, whatever is still held. */
  @Override
  public void close() {
    synchronized (lock) {
      over = true;
      lock.notifyAll();
    }
    threads.forEach(AgentThread::askToStop);
    threads.forEach(each -> each.thread().interrupt());
    line.close();
  }
}
