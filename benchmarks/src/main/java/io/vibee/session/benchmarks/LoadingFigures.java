package io.vibee.session.benchmarks;

import io.vibee.session.benchmarks.Forks.Effort;
import io.vibee.session.benchmarks.alternatives.Alternatives;
import io.vibee.session.benchmarks.jmh.LoadAll;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Measures how long all sessions take to load, relative to fetching their rows undecrypted, and how
 * long the quick start's SQL or the alternatives take. Prints Markdown; the build writes it into
 * docs/benchmarks.md.
 */
public final class LoadingFigures {
  private static final List<String> WAYS =
      List.of("floor", "databaseKey", "externalKey", "quickStart");

  private static final List<String> ONE_BY_ONE =
      List.of(
          Alternatives.SPRING_SECURITY.name(),
          Alternatives.SPRING_SECURITY_IN_PARALLEL.name(),
          Alternatives.SPRING_SESSION.name(),
          Alternatives.SPRING_SESSION_IN_PARALLEL.name());

  private static final int ROUNDS = 5;

  /** A million sessions take the quick start's SQL minutes, so they are loaded once. */
  private static final int ONCE = 1_000_000;

  private final Database server;
  private final LoadingDatabases databases;
  private final Forks forks;
  private final LoadingTimes times = new LoadingTimes();
  private final LoadingTimes firstTimes = new LoadingTimes();

  private LoadingFigures(Database server) {
    this.server = server;
    this.databases = new LoadingDatabases(server);
    this.forks = new Forks(server);
  }

  /**
   * Measures and prints.
   *
   * @param args {@code alternatives} for those, otherwise nothing
   * @throws IOException if PostgreSQL does not start, or a file cannot be written
   */
  public static void main(String[] args) throws IOException {
    try (Database server = new Database()) {
      LoadingFigures figures = new LoadingFigures(server);
      if (args.length > 0 && args[0].equals("alternatives")) figures.alternatives();
      else figures.ways();
    }
  }

  private void ways() throws IOException {
    for (int sessions : Settings.sizes(1_000, 10_000, 100_000, 1_000_000)) {
      System.err.printf("filling with %,d sessions%n", sessions);
      databases.databaseKey(sessions);
      databases.externalKey(sessions);
      databases.quickStart(sessions);
      measure(sessions, WAYS);
      if (sessions <= 100_000) measureFirst(sessions);
    }
    OneFigures one = OneFigures.measure(forks, Collections.min(Settings.sizes(10_000)));
    print("loading");
    System.out.println("\nThe first load of a process:\n");
    LoadingTable.print(firstTimes);
    one.print();
  }

  private void alternatives() throws IOException {
    List<String> ways = new ArrayList<>(List.of("floor", "databaseKey", "externalKey"));
    List<Alternatives> alternatives = List.of(Alternatives.values());
    alternatives.forEach(alternative -> ways.add(alternative.name()));
    for (int sessions : Settings.sizes(10_000, 100_000)) {
      System.err.printf("filling with %,d sessions%n", sessions);
      databases.databaseKey(sessions);
      databases.externalKey(sessions);
      alternatives.forEach(alternative -> databases.alternative(alternative, sessions));
      measure(sessions, ways);
    }
    print("alternatives");
  }

  private void print(String name) throws IOException {
    System.out.printf(
        "%nPostgreSQL %s, Java %s; medians of the rounds, minimum and maximum in brackets.%n%n",
        server.version(), Runtime.version());
    LoadingTable.print(times);
    LoadingTable.printOthers(times);
    times.write(name);
  }

  /** Reverses the order in every second round, so that no way always follows the same other one. */
  private void measure(int sessions, List<String> ways) {
    int rounds = Settings.rounds(ROUNDS);
    for (int round = 0; round < rounds; round++) {
      List<String> order = new ArrayList<>(ways);
      if (round % 2 == 1) Collections.reverse(order);
      if (round > 0 && sessions >= ONCE) order.remove("quickStart");
      for (String way : order) {
        double millis =
            forks.median(LoadAll.class, "load", parameters(way, sessions), effort(way, sessions));
        times.add(sessions, way, millis);
        System.err.printf(
            "%,d sessions, round %d of %d, %s: %.1f ms%n",
            sessions, round + 1, rounds, way, millis);
      }
    }
  }

  /** Measures, in turns too, processes that have loaded nothing before. */
  private void measureFirst(int sessions) {
    int rounds = Settings.rounds(ROUNDS);
    for (int round = 0; round < rounds; round++) {
      List<String> order = new ArrayList<>(List.of("floor", "databaseKey", "externalKey"));
      if (round % 2 == 1) Collections.reverse(order);
      for (String way : order) {
        firstTimes.add(
            sessions, way, forks.first(LoadAll.class, "load", parameters(way, sessions)));
      }
    }
  }

  private static Map<String, String> parameters(String way, int sessions) {
    return Map.of("way", way, "sessions", "" + sessions);
  }

  private static Effort effort(String way, int sessions) {
    if (way.equals("quickStart")) return new Effort(0, 1); // the time is the server's
    // Seconds a call, and a query each session: a call is enough to warm up.
    if (sessions >= 100_000 && ONE_BY_ONE.contains(way)) return new Effort(2, 1);
    return sessions > 100_000 ? new Effort(5, 2) : new Effort(5, 3);
  }
}
