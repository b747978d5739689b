package io.vibee.session.reference;

import io.vibee.session.LoadReport;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.Session;
import io.vibee.session.SessionLoader;
import io.vibee.session.agent.FleetOptions;
import io.vibee.session.agent.SessionAgent;
import io.vibee.session.agent.SessionHandler;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The reference agent: a {@link SessionAgent} that prints its sessions, with the admin API beside
 * it, whose port keeps a second agent out.
 */
final class Agent implements AutoCloseable {
  private final PrintStream out;
  private final SessionLoader loader;
  private final SessionAgent sessions;
  private final PrintedSessions printed;
  private final @Nullable AdminApi admin;

  private Agent(
      Map<String, String> environment,
      PrintStream out,
      SessionLoader loader,
      UnaryOperator<SessionHandler> around) {
    this.out = out;
    this.loader = loader;
    this.printed = new PrintedSessions(out, loader.store().isPresent(), this::isStopping);
    this.sessions =
        SessionAgent.over(loader.source(), around.apply(printed))
            .environment(environment)
            // Printed in order, and before the summary; nothing is connected, so nothing is paced.
            .executor(Runnable::run)
            .pace(Integer.MAX_VALUE, Duration.ZERO)
            .fleet(FleetOptions.fromEnvironment(environment).waves(Duration.ZERO))
            .loadProgress(progress())
            .build();
    // Opens the port before starting any account: a second agent, started by mistake, ends here.
    this.admin =
        loader.store().map(store -> AdminApi.start(store, environment, sessions)).orElse(null);
  }

  private static LoadProgress progress() {
    return new LoadProgress(System.err, System::nanoTime);
  }

  private boolean isStopping() {
    return sessions.isStopping();
  }

  /** Loads the sessions that these variables name, and prints them, as {@code --once} does. */
  static void loadOnce(Map<String, String> environment, PrintStream out) {
    // Checks the settings of the bridge too, but not PORT, since nothing is served.
    try (SessionLoader loader = loader(environment, false)) {
      boolean stored = loader.store().isPresent();
      Consumer<Session> print = session -> out.println(SessionLines.session(session, stored));
      out.println(SessionLines.summary(loader.forEach(print, progress())));
      out.flush();
    }
  }

  /**
   * Makes an agent, which serves its API, but runs no session yet.
   *
   * @param environment the variables that configure it
   * @param out gets the sessions' lines
   */
  static Agent open(Map<String, String> environment, PrintStream out) {
    return open(environment, out, UnaryOperator.identity());
  }

  /** Makes an agent that does something around printing. */
  static Agent open(
      Map<String, String> environment, PrintStream out, UnaryOperator<SessionHandler> around) {
    SessionLoader loader = loader(environment, true);
    try {
      return new Agent(environment, out, loader, around);
    } catch (RuntimeException e) {
      loader.close();
      throw e;
    }
  }

  /**
   * Reports everything that is wrong with the environment at once, before connecting to anything.
   */
  private static SessionLoader loader(Map<String, String> environment, boolean serves) {
    Runnable settings = () -> SessionAgent.check(environment);
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

  /** Loads and prints the sessions, and runs them until {@link #close}. */
  void start() {
    printSummary(sessions.start());
  }

  /** Loads and prints the sessions, and runs them until the process is asked to end. */
  void run() {
    sessions.run(
        report -> {
          printSummary(report);
          System.err.println(adminLine());
        });
  }

  private void printSummary(LoadReport report) {
    out.println(SessionLines.summary(report));
    printed.flushEach();
  }

  /** Says where the admin API is, or why there is none. */
  private String adminLine() {
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

  /** Ends the sessions before the port is free for another agent, which would start the same. */
  @Override
  public void close() {
    sessions.stop();
    if (admin != null) admin.close();
    loader.close();
    out.flush();
    sessions.close(); // last: after a signal, the process ends then
  }
}
