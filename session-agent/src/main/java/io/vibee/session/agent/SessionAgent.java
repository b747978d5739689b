package io.vibee.session.agent;

import io.vibee.session.LoadReport;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.NotConfiguredException;
import io.vibee.session.SessionException;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionSource;
import io.vibee.session.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an agent's sessions: loads them, starts each with the agent's own {@link SessionHandler},
 * keeps them marked as seen, follows changes, and ends them in time.
 *
 * <pre>{@code
 * try (var agent = SessionAgent.fromEnvironment(session -> Bot.connect(session))) {
 *   agent.run(); // until SIGTERM or close
 * }
 * }</pre>
 *
 * <p>Guarantees, within one agent:
 *
 * <ul>
 *   <li>No session is connected twice: it is started only when the close of its last connection has
 *       returned, and a user has at most one session.
 *   <li>A handler that throws or hangs concerns its own session only. A start that throws is tried
 *       again after 1, 2, 4 … 300 seconds, each randomly shortened by up to a half, with the values
 *       that are stored then.
 *   <li>Changed values that a connection may depend on close the session and start it again, unless
 *       it is a {@link RunningSession} that takes them over. A session that is deactivated, deleted
 *       or no longer readable is closed.
 *   <li>A database that fails later ends nothing: the log has it once, and once that it is back.
 *       What was to be written or read then is done later.
 * </ul>
 *
 * <p>Where the database has the tables of a fleet, agents share its sessions: each has one owner,
 * also among several processes, see {@link FleetOptions}. A database that fails for too long then
 * closes all sessions, which are claimed again when it is back; a connection that does not close
 * ends the process. Outside of a fleet two agents may run the same session, each in its own
 * process: run one agent for a session, and stop it before you start another.
 *
 * <p>Changes are those that {@link #changed} tells, such as a listener of the admin API.
 * Thread-safe. All threads are daemons.
 */
public final class SessionAgent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SessionAgent.class);
  private static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(30);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
  private static final Duration LONGEST_STORE_RETRY = Duration.ofSeconds(60);
  private static final Duration BRIDGE_ROUND = Duration.ofSeconds(20);

  /** How long the process waits beyond the sessions, for what else is to be closed. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Long enough for a running statement; one that hangs ends with the connections, closed next. */
  private static final Duration THREADS = Duration.ofMillis(500);

  /** How long a start waits for the first share of a fleet's sessions. */
  private static final Duration FIRST_SHARE = Duration.ofSeconds(10);

  private final SessionSource source;
  private final FleetOptions fleetOptions;
  private final StoreHealth health = new StoreHealth();
  private final @Nullable SessionLoader opened;
  private final Duration closeTimeout;
  private final LongConsumer loadProgress;
  private final @Nullable ExecutorService ownExecutor;
  private final Accounts accounts;
  private final @Nullable Heartbeats heartbeats;
  private final Changes changes;
  private final @Nullable BridgeRounds rounds;
  private final @Nullable BridgeWatch watch;

  /** Its part in a fleet; null outside of one, and before that is known. */
  private volatile @Nullable FleetMember fleet;

  private final List<AgentThread> threads = new ArrayList<>();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Object ending = new Object();
  private final AtomicBoolean started = new AtomicBoolean();
  private boolean ended;
  private volatile boolean loaded;

  /** Whether no thread may be started any more. Guarded by {@link #threads}. */
  private boolean over;

  /** The load ends since the agent was asked to end; others may cancel for reasons of their own. */
  private static final class AskedToEnd extends CancellationException {
    private static final long serialVersionUID = 1;

    AskedToEnd() {
      super("asked to end");
    }
  }

  SessionAgent(SessionAgentBuilder settings, @Nullable SessionLoader opened) {
    this.source = settings.source;
    // A fleet's times are the process's own, which nobody else moves.
    boolean moved = !settings.ticker.equals(Ticker.SYSTEM) && !settings.fleet.isAsked();
    this.fleetOptions = moved ? FleetOptions.off() : settings.fleet;
    this.opened = opened;
    this.closeTimeout = settings.closeTimeout;
    Ticker ticker = settings.ticker;
    this.ownExecutor =
        settings.executor == null
            ? Executors.newCachedThreadPool(task -> AgentThread.daemon("handler", task))
            : null;
    Executor executor = ownExecutor != null ? ownExecutor : settings.executor;
    this.accounts =
        new Accounts(
            settings.handler,
            Objects.requireNonNull(executor),
            ticker,
            settings.paceOrDefault(),
            () -> backOff(LONGEST_RETRY),
            new FleetOrNot());
    @Nullable SessionStore store = source.store().orElse(null);
    Duration poll = settings.pollInterval;
    Duration heartbeat = poll.compareTo(LONGEST_HEARTBEAT) < 0 ? poll : LONGEST_HEARTBEAT;
    BackOff retries = backOff(LONGEST_STORE_RETRY);
    this.loadProgress = settings.loadProgress;
    this.heartbeats =
        store == null || store.readOnly()
            ? null
            : new Heartbeats(store, new Running(), heartbeat, retries, health, ticker);
    this.changes = new Changes(source, accounts, backOff(LONGEST_STORE_RETRY), health, ticker);
    this.rounds = settings.bridge == null ? null : new BridgeRounds(settings.bridge, BRIDGE_ROUND);
    BridgeNews news = heartbeats != null ? heartbeats : new LoggedNews();
    this.watch =
        rounds == null
            ? null
            : new BridgeWatch(
                rounds, accounts::running, news, poll, backOff(LONGEST_STORE_RETRY), ticker);
  }

  /** Tells the fleet what becomes of its sessions, and others where there is none. */
  private final class FleetOrNot implements Accounts.Listener {
    @Override
    public boolean mayConnect(String sessionId) {
      FleetMember its = fleet;
      return its == null || its.sessions().mayConnect(sessionId);
    }

    @Override
    public void notConnected(String sessionId) {
      FleetMember its = fleet;
      if (its != null) its.sessions().notConnected(sessionId);
    }

    @Override
    public void started(String sessionId) {
      FleetMember its = fleet;
      if (its != null) its.sessions().started(sessionId);
      if (heartbeats != null) heartbeats.beatNow();
      if (watch != null) watch.askForStarted();
    }

    @Override
    public void failing(String sessionId) {
      FleetMember its = fleet;
      if (its != null) its.sessions().failing(sessionId);
    }

    @Override
    public void refused(String sessionId, SessionRefusedException.Reason reason) {
      FleetMember its = fleet;
      if (its != null) its.sessions().refused(sessionId, reason);
    }

    @Override
    public void pause(String sessionId, Duration pause) {
      FleetMember its = fleet;
      if (its != null) its.sessions().pause(sessionId, pause);
    }

    @Override
    public void gone(String sessionId) {
      FleetMember its = fleet;
      if (its != null) its.sessions().gone(sessionId);
    }

    @Override
    public void reload(String userId, String sessionId) {
      FleetMember its = fleet;
      if (its != null) its.sessions().changed(sessionId);
      else changes.ofUser(userId);
    }
  }

  /** The sessions of a heartbeat. */
  private final class Running implements Heartbeats.Held {
    @Override
    public List<String> begin() {
      FleetMember its = fleet;
      return its != null ? its.sessions().begin() : accounts.running();
    }

    @Override
    public SessionStore guarded(SessionStore heartbeats, List<String> sessionIds) {
      FleetMember its = fleet;
      return its != null ? its.sessions().guarded(heartbeats, sessionIds) : heartbeats;
    }

    @Override
    public void end() {
      FleetMember its = fleet;
      if (its != null) its.sessions().end();
    }
  }

  private static BackOff backOff(Duration longest) {
    return new BackOff(longest, () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * Makes an agent for the sessions that the process's environment names.
   *
   * @param handler what to do with each session
   * @return the agent, which the caller closes
   * @throws NotConfiguredException as {@link SessionLoader#fromEnvironment()} does
   * @throws MisconfiguredException as {@link SessionLoader#fromEnvironment()} and {@link
   *     SessionAgentBuilder#environment} do; names each variable at fault
   */
  public static SessionAgent fromEnvironment(SessionHandler handler) {
    return fromEnvironment(System.getenv(), handler);
  }

  /**
   * Makes an agent for the sessions that these variables name.
   *
   * @param environment the variables
   * @param handler what to do with each session
   * @return the agent, which the caller closes
   * @throws NotConfiguredException as {@link SessionLoader#fromEnvironment(Map)} does
   * @throws MisconfiguredException as {@link SessionLoader#fromEnvironment(Map)} and {@link
   *     SessionAgentBuilder#environment} do; names each variable at fault
   */
  public static SessionAgent fromEnvironment(
      Map<String, String> environment, SessionHandler handler) {
    SessionLoader loader;
    try {
      loader = SessionLoader.fromEnvironment(environment);
    } catch (MisconfiguredException e) {
      MisconfiguredException.checkAll(
          () -> {
            throw e;
          },
          () -> check(environment));
      throw e;
    }
    try {
      return new SessionAgent(over(loader.source(), handler).environment(environment), loader);
    } catch (RuntimeException e) {
      loader.close();
      throw e;
    }
  }

  /**
   * Checks the agent's own variables, so that their faults can be reported together with others.
   *
   * @param environment what {@link SessionAgentBuilder#environment} would be given
   * @throws MisconfiguredException if a variable is malformed; names each
   */
  public static void check(Map<String, String> environment) {
    AgentVariables.of(environment);
  }

  /**
   * Sets up an agent for the sessions of a source, with the defaults of an empty environment.
   *
   * @param source the sessions, such as {@link SessionSource#ofAllActive}
   * @param handler what to do with each of them
   * @return a builder
   */
  public static SessionAgentBuilder over(SessionSource source, SessionHandler handler) {
    return new SessionAgentBuilder(source, handler);
  }

  /**
   * Loads the sessions, and begins to start them. Returns when all are loaded, while most are still
   * being started, at the pace of {@link SessionAgentBuilder#pace}. In a fleet it returns when the
   * agent has claimed and read all that it may for now, at most 10 seconds later; the report has
   * those. Use this instead of {@link #run} where something else decides when the process ends.
   *
   * @return how the load went
   * @throws SessionException if the sessions cannot be loaded, as {@link SessionLoader#forEach}
   *     tells; those that were started are closed
   * @throws CancellationException if the agent was asked to end meanwhile
   * @throws IllegalStateException if it was started before, or is closed
   */
  public LoadReport start() {
    startOnce();
    return loadOrEnd();
  }

  private void startOnce() {
    if (closed.getCount() == 0) throw new IllegalStateException("this agent is closed");
    if (started.getAndSet(true)) throw new IllegalStateException("an agent starts once");
  }

  private LoadReport loadOrEnd() {
    try {
      return load();
    } catch (RuntimeException | Error e) {
      end();
      throw e;
    }
  }

  private LoadReport load() {
    LoadReport report;
    Optional<FleetMember> member =
        FleetMember.of(source, fleetOptions, accounts, health, () -> backOff(LONGEST_STORE_RETRY));
    if (member.isPresent()) {
      report = join(member.get());
    } else {
      report =
          SessionLoader.of(source)
              .forEach(
                  session -> {
                    if (isStopping()) throw new AskedToEnd();
                    accounts.put(session);
                  },
                  loadProgress);
      // Not before, so that an executor that calls the handler here does that in order.
      run("accounts", accounts, accounts::stop);
    }
    if (source.store().filter(SessionStore::readOnly).isPresent()) {
      log.warn(
          "no heartbeats: the store only reads, so nobody sees which sessions this agent holds");
    }
    if (heartbeats != null) run("heartbeats", heartbeats, heartbeats::stop);
    if (fleet == null) run("changes", changes, changes::stop);
    if (watch != null && rounds != null) {
      run(
          "bridge",
          watch,
          () -> {
            watch.stop();
            rounds.close();
          });
    }
    loaded = true;
    return report;
  }

  /** Takes part in a fleet: sessions are claimed from now on, a few at first. */
  private LoadReport join(FleetMember member) {
    long start = System.nanoTime();
    fleet = member;
    run("accounts", accounts, accounts::stop);
    member.start(this::run);
    boolean has;
    do {
      // First: what it has is then read.
      has = member.membership().hasItsShare() && member.sessions().areRead();
      pause();
    } while (!has && System.nanoTime() - start < FIRST_SHARE.toNanos());
    if (!has) log.info("goes on to claim and start sessions");
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return new LoadReport(
        source.description(),
        member.sessions().handedOver(),
        member.sessions().unreadable(),
        List.of(),
        took);
  }

  private void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AskedToEnd();
    }
    if (isStopping()) throw new AskedToEnd();
  }

  /** Starts threads that end with the agent. */
  interface Threads {
    void start(String name, Runnable task, Runnable stop);
  }

  private void run(String name, Runnable task, Runnable stop) {
    synchronized (threads) {
      if (over) throw new AskedToEnd(); // by another thread, while this one loaded
      threads.add(AgentThread.start(name, task, stop));
    }
  }

  /**
   * Starts the sessions, and keeps them running until the process is asked to end, by SIGTERM or
   * Ctrl-C, or {@link #stop} or {@link #close()} is called. Then ends them, and returns: at most
   * the {@linkplain SessionAgentBuilder#closeTimeout close timeout} and a second later. What did
   * not end by then is named in the log. After a signal the process waits about as long for {@link
   * #close()}, and ends however far that got.
   *
   * @throws SessionException if the sessions cannot be loaded
   * @throws IllegalStateException if it was started before, or is closed
   */
  public void run() {
    run(report -> {});
  }

  /**
   * Runs the sessions as {@link #run()} does, and tells when all of them are loaded.
   *
   * @param loaded is told once how the load went, on this thread; the agent is ready then, in the
   *     sense of a readiness probe, though sessions are still being started. What it throws ends
   *     the sessions and is thrown on
   * @throws SessionException if the sessions cannot be loaded
   * @throws IllegalStateException if it was started before, or is closed
   */
  public void run(Consumer<? super LoadReport> loaded) {
    Objects.requireNonNull(loaded, "loaded");
    startOnce(); // first: a mistaken second call ends nothing
    // Watched until the sessions have ended: a signal that comes meanwhile must not cut that short.
    ProcessEnd process = new ProcessEnd(this::askToEnd, closed, closeTimeout.plus(GRACE));
    try {
      startAndWait(loaded);
    } finally {
      process.stopWatching();
    }
  }

  /** Leaves the end to no thread that may hang in the load, or has called System.exit itself. */
  private void askToEnd() {
    asked.countDown();
    AgentThread.daemon("end-sessions", this::end).start();
  }

  private void startAndWait(Consumer<? super LoadReport> loaded) {
    try {
      loaded.accept(loadOrEnd());
      asked.await();
    } catch (AskedToEnd e) {
      // This is the end that was asked for.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  /**
   * Takes note that a user's session was added, changed, activated, deactivated or deleted; it is
   * then read, and started, changed or closed accordingly. Returns at once. A session that this
   * agent was not asked to run is not started. Of accounts of the environment none changes.
   *
   * @param userId the Telegram user's id
   */
  public void changed(String userId) {
    Objects.requireNonNull(userId, "userId");
    FleetMember its = fleet;
    if (its == null) changes.ofUser(userId);
    else its.sessions().changedOf(userId); // of those that are not its own, the feed tells
  }

  /**
   * Whether the agent takes part in a fleet, and starts sessions as it claims them.
   *
   * @return true from when it has begun to
   */
  public boolean isInFleet() {
    return fleet != null;
  }

  /**
   * Whether the agent can do its work, in the sense of a readiness probe: it takes part in its
   * fleet and gives signs of life, or it runs outside of one and has loaded its sessions. How many
   * sessions it has does not count, or a deployment would wait for itself.
   *
   * @return true if it is so now
   */
  public boolean isReady() {
    FleetMember its = fleet;
    return loaded && !isStopping() && (its == null || its.membership().isIn());
  }

  /**
   * The sessions that run now.
   *
   * @return their ids; those that are being started or closed are not among them
   */
  public Set<String> runningSessionIds() {
    return Set.copyOf(accounts.running());
  }

  /**
   * The store that the sessions come from, for an admin API or the activity log.
   *
   * @return the store; empty when there is none, as for accounts of the environment
   */
  public Optional<SessionStore> store() {
    return source.store();
  }

  /**
   * Whether the agent was asked to end: a handler need not do then what is done for another start.
   *
   * @return true from then on
   */
  public boolean isStopping() {
    return asked.getCount() == 0;
  }

  /**
   * Ends all sessions for good, within the close timeout, and makes {@link #run} return. Names in
   * the log what did not end. What stands on the sessions can be closed then, such as the port of
   * an admin API, which tells a second agent that this one still runs. A handler that calls this,
   * or {@link #close}, is not waited for: the call returns at once.
   */
  public void stop() {
    asked.countDown();
    if (accounts.isInHandler()) AgentThread.daemon("end-sessions", this::end).start();
    else end();
  }

  /**
   * Ends all sessions as {@link #stop} does, and closes the store if this agent opened it. After a
   * signal the process ends then: what was opened before the agent may not be closed by it. Further
   * calls do nothing.
   */
  @Override
  public void close() {
    asked.countDown();
    if (accounts.isInHandler()) AgentThread.daemon("end-sessions", this::closeNow).start();
    else closeNow();
  }

  private void closeNow() {
    end();
    if (opened != null) opened.close();
    closed.countDown();
  }

  private void end() {
    synchronized (ending) {
      if (ended) return;
      ended = true;
      asked.countDown();
      long start = System.nanoTime();
      int wanted = accounts.wantedUsers().size();
      FleetMember member = fleet;
      if (member != null) member.membership().drain();
      List<String> left = accounts.end(start + closeTimeout.toNanos());
      List<AgentThread> running;
      synchronized (threads) {
        over = true;
        running = List.copyOf(threads);
      }
      running.forEach(AgentThread::askToStop);
      long patience = System.nanoTime() + THREADS.toNanos();
      if (member != null && left.isEmpty()) leave(member, patience);
      running.forEach(thread -> thread.join(patience));
      if (ownExecutor != null) ownExecutor.shutdownNow();
      tellEnd(wanted, left, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /**
   * Leaves the fleet. Not called if a session did not end, which stays owned by an agent that goes
   * on giving signs of life as long as its process lives.
   */
  private static void leave(FleetMember member, long end) {
    if (!member.membership().awaitLeft(end)) {
      log.warn(
          "has not left the fleet in time: others take its sessions after {} s",
          member.silence().toSeconds());
    }
    member.membership().close();
  }

  private void tellEnd(int wanted, List<String> left, Duration took) {
    if (left.isEmpty()) {
      if (wanted > 0) log.info("ended all sessions ({}) in {} ms", wanted, took.toMillis());
      return;
    }
    int listed = Math.min(20, left.size());
    log.warn(
        "{} of {} sessions did not end within {} ms, and may still be connected: {}{}",
        left.size(),
        Math.max(wanted, left.size()),
        closeTimeout.toMillis(),
        String.join(", ", left.subList(0, listed)),
        left.size() > listed ? " …" : "");
  }
}
