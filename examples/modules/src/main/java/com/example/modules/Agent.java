package com.example.modules;

import io.vibee.session.EnvSessionSource;
import io.vibee.session.KeyRotation;
import io.vibee.session.NewKey;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionStore;
import io.vibee.session.admin.AdminServer;
import io.vibee.session.agent.SessionAgent;
import io.vibee.session.agent.SessionHandler;
import io.vibee.session.jdbc.SessionMigrations;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** Loads sessions, from the environment or a database, and prints them. */
public final class Agent {
  private final Map<String, String> environment;
  private final PrintStream out;

  /**
   * Makes an agent.
   *
   * @param environment the variables that say what to load
   * @param out where the sessions are printed
   */
  public Agent(Map<String, String> environment, PrintStream out) {
    this.environment = Map.copyOf(environment);
    this.out = out;
  }

  /**
   * Runs what each argument names: {@code load}, {@code adopt}, {@code page}, {@code run}.
   *
   * @param args the names
   * @throws Exception if one of them fails
   */
  public static void main(String[] args) throws Exception {
    if (args.length == 0) new Agent(System.getenv(), System.out).load();
    for (String arg : args) {
      Agent agent = new Agent(System.getenv(), System.out);
      switch (arg) {
        case "adopt" -> agent.adopt();
        case "page" -> agent.page();
        case "run" -> agent.run();
        default -> agent.load();
      }
    }
  }

  /** Prints each session that the environment names or leads to. */
  public void load() {
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment)) {
      loader.forEach(
          session ->
              out.println(
                  session.sessionId()
                      + " of "
                      + loader.source().description()
                      + ", a hash of "
                      + session.apiHash().exposeSecret().length()));
    }
  }

  /** Makes the tables, puts the environment's key in force and saves its accounts. */
  public void adopt() {
    SessionMigrations.migrate(Objects.requireNonNull(environment.get("DATABASE_URL")));
    EnvSessionSource accounts = EnvSessionSource.withUserIds(environment);
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment)) {
      SessionStore store = loader.store().orElseThrow();
      store.as(KeyRotation.class).orElseThrow().changeKey(NewKey.external());
      accounts.forEach(store::save, unreadable -> {});
    }
  }

  /**
   * Runs the sessions until the first of them is started.
   *
   * @throws InterruptedException if this thread is to stop
   */
  public void run() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    SessionHandler handler =
        session -> {
          out.println("started " + session.sessionId());
          started.countDown();
          return () -> out.println("closed " + session.sessionId());
        };
    try (SessionAgent agent = SessionAgent.fromEnvironment(environment, handler)) {
      agent.start();
      started.await();
    }
  }

  /**
   * Serves the admin page, and asks for it.
   *
   * @throws IOException if it does not answer
   * @throws InterruptedException if this thread is to stop
   */
  public void page() throws IOException, InterruptedException {
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment);
        AdminServer server = AdminServer.over(loader.store().orElseThrow()).port(0).start()) {
      URI page = URI.create("http://localhost:" + server.port() + "/");
      HttpRequest request = HttpRequest.newBuilder(page).build();
      out.println(
          "page " + HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    }
  }
}
