package io.vibee.session.agent;

import io.vibee.session.Environment;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.Session;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionStore;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reference agent: loads sessions, prints them, keeps them marked as seen, asks the bridge for
 * their state, serves the admin API, and follows the changes made through it, until it is closed.
 */
final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);
  private static final Duration BRIDGE_ROUND = Duration.ofSeconds(20);

  private final AgentSettings settings;
  private final PrintStream out;
  private final SessionLoader loader;
  private final HeldSessions held;

  /** What to close, starting with what was opened last. */
  private final Deque<Runnable> closers = new ArrayDeque<>();

  private @Nullable AdminApi admin;
  private @Nullable Heartbeats heartbeats;
  private @Nullable BridgeWatch bridge;

  private Agent(AgentSettings settings, SessionLoader loader, Accounts accounts, PrintStream out) {
    this.settings = settings;
    this.loader = loader;
    this.out = out;
    this.held = new HeldSessions(accounts);
    closers.push(loader::close);
  }

  /** Loads the sessions that these variables name, and prints them, as {@code --once} does. */
  static void loadOnce(Map<String, String> environment, PrintStream out) {
    // Checks the settings of the bridge too, but not PORT, since nothing is served.
    try (SessionLoader loader = loader(environment, false)) {
      load(loader, PrintedAccounts.of(loader, out)::start, out);
    }
  }

  /**
   * Starts an agent. If that fails, closes whatever was opened.
   *
   * @param environment the variables that configure it
   * @param out gets the sessions' lines
   * @param cancelled is asked while sessions are loaded; true ends loading
   * @throws CancellationException if it was cancelled
   */
  static Agent start(Map<String, String> environment, PrintStream out, BooleanSupplier cancelled) {
    return start(environment, out, loader -> PrintedAccounts.of(loader, out), cancelled);
  }

  /** Starts an agent that runs other accounts than printed ones. */
  static Agent start(
      Map<String, String> environment,
      PrintStream out,
      Function<SessionLoader, Accounts> accounts,
      BooleanSupplier cancelled) {
    SessionLoader loader = loader(environment, true);
    AgentSettings settings = AgentSettings.of(Environment.of(environment));
    Agent agent = new Agent(settings, loader, accounts.apply(loader), out);
    try {
      agent.open(environment, cancelled);
      return agent;
    } catch (RuntimeException e) {
      agent.close();
      throw e;
    }
  }

  /**
   * Reports everything that is wrong with the environment at once, before connecting to anything.
   */
  private static SessionLoader loader(Map<String, String> environment, boolean serves) {
    Runnable settings = () -> AgentSettings.of(Environment.of(environment));
    Runnable admin = serves ? () -> AdminApi.check(environment) : () -> {};
    SessionLoader loader;
    try {
      loader = SessionLoader.fromEnvironment(environment);
    } catch (MisconfiguredException e) {
      boolean hasDatabase =
          Stream.of("DATABASE_URL", "DATABASE_URL_FILE")
              .anyMatch(name -> !environment.getOrDefault(name, "").isEmpty());
      MisconfiguredException.checkAll(
          () -> {
            throw e;
          },
          settings,
          hasDatabase ? admin : () -> {});
      throw e;
    }
    try {
      MisconfiguredException.checkAll(settings, loader.store().isPresent() ? admin : () -> {});
      return loader;
    } catch (MisconfiguredException e) {
      loader.close();
      throw e;
    }
  }

  private void open(Map<String, String> environment, BooleanSupplier cancelled) {
    @Nullable SessionStore store = loader.store().orElse(null);
    @Nullable Changes changes = null;
    if (store instanceof ManagedSessionStore managed) {
      Scope scope = new Scope(loader.source(), held);
      changes = new Changes(store, held, scope, this::changed, backOff());
      // Opens the port before starting any account: a second agent, started by mistake, ends here.
      admin = AdminApi.start(managed, environment, changes);
      if (admin != null) closers.push(admin::close);
    }
    // Closes them before the port is free for another agent, which would start the same accounts.
    closers.push(held::close);
    Consumer<Session> starter =
        session -> {
          if (cancelled.getAsBoolean()) throw new CancellationException("asked to end");
          held.put(session);
        };
    load(loader, starter, out);
    if (store != null) heartbeats = keepSeen(store);
    settings.bridge().ifPresent(known -> bridge = watch(known));
    if (changes != null) run("changes", changes, changes::stop);
  }

  private static void load(SessionLoader loader, Consumer<Session> starter, PrintStream out) {
    out.println(SessionLines.summary(loader.forEach(starter)));
    out.flush();
  }

  private Heartbeats keepSeen(SessionStore store) {
    Heartbeats started = new Heartbeats(store, held::sessionIds, settings.heartbeat(), backOff());
    run("heartbeats", started, started::stop);
    return started;
  }

  private BridgeWatch watch(BridgeSettings known) {
    if (known.sendsTokenInClear()) {
      log.warn("the bridge gets VIBEE_API_KEY unencrypted over the network: use https");
    }
    BridgeRounds rounds = new BridgeRounds(new Bridge(known), BRIDGE_ROUND);
    BridgeNews news = heartbeats != null ? heartbeats : new LoggedNews();
    BridgeWatch started =
        new BridgeWatch(rounds, held::sessionIds, news, settings.poll(), backOff());
    run(
        "bridge-watch",
        started,
        () -> {
          started.stop();
          rounds.close();
        });
    return started;
  }

  private void run(String name, Runnable task, Runnable stop) {
    AgentThread thread = AgentThread.start(name, task, stop);
    closers.push(thread::close);
  }

  private static BackOff backOff() {
    return new BackOff(Duration.ofSeconds(60), () -> ThreadLocalRandom.current().nextDouble());
  }

  /** Called on the thread of changes, which starts after the fields are set. */
  private void changed() {
    out.flush();
    if (heartbeats != null) heartbeats.beatNow();
    if (bridge != null) bridge.askForStarted();
  }

  /** Says where the admin API is, or why there is none. */
  String adminLine() {
    if (admin != null) return "admin API and page on " + admin.url();
    return loader.store().isPresent()
        ? "no admin API: PORT=off"
        : "no admin API: it manages a database, and there is none (mode="
            + loader.source().description()
            + ")";
  }

  /** Returns the admin API, if there is one. */
  @Nullable AdminApi admin() {
    return admin;
  }

  @Override
  public void close() {
    closers.forEach(Agent::closeOne);
    out.flush();
  }

  /** Logs a failure, so that it does not keep the others open. */
  private static void closeOne(Runnable closer) {
    try {
      closer.run();
    } catch (RuntimeException e) {
      log.warn("something did not close: {}", e.getClass().getName());
    }
  }
}
