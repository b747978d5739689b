package io.vibee.session.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Measures what a fleet of agents costs: a beat, agents that have nothing to do, claims, edits
 * whose changes it is told of, and how that grows with sessions and agents. Prints Markdown;
 * benchmarks/run.sh writes it into docs/benchmarks.md.
 */
public final class FleetFigures {
  private static final int WRITERS = 2;
  private static final Duration EDITS = Duration.ofSeconds(5);

  private FleetFigures() {}

  /**
   * Measures and prints.
   *
   * @param args which of beats, idle, claims, edits and capacity; all by default
   * @throws Exception if PostgreSQL or pgbench cannot be run
   */
  public static void main(String[] args) throws Exception {
    Set<String> parts =
        Set.of(args.length == 0 ? "beats idle claims edits capacity".split(" ") : args);
    int rounds = Settings.rounds(5);
    try (Database server = FleetDatabases.start()) {
      FleetDatabases databases = new FleetDatabases(server);
      System.out.printf(
          Locale.ROOT,
          "%nPostgreSQL %s, Java %s; medians of %d rounds, minimum and maximum in brackets.%n",
          server.version(),
          Runtime.version(),
          rounds);
      if (parts.contains("beats")) {
        FleetBeats.measure(server, databases, Settings.sizes(100, 10_000, 100_000), rounds);
      }
      int many = Collections.max(Settings.sizes(50_000));
      if (parts.contains("idle")) new FleetIdle(server, databases, many).measure(rounds);
      if (parts.contains("claims")) new FleetClaims(server, databases, many).measure(rounds);
      if (parts.contains("edits")) {
        edits(server, databases, Collections.max(Settings.sizes(10_000)), rounds);
      }
      if (parts.contains("capacity")) {
        FleetCapacity.measure(
            server, databases, Collections.max(Settings.sizes(10_000_000)), rounds);
      }
    }
  }

  /** Neither waits for the disk at a commit, which would hide what the fleet adds. */
  private static void edits(Database server, FleetDatabases databases, int sessions, int rounds)
      throws Exception {
    Pgbench pgbench = new Pgbench(Path.of("benchmarks", "target", "pgbench"));
    String without = "edits_without_fleet";
    String with = "edits_with_fleet";
    for (String database : List.of(without, with)) {
      databases.createWithoutFleet(database, sessions);
      server.execute("alter database " + database + " set synchronous_commit = off");
    }
    databases.addFleet(with);
    Edits editsWithout = new Edits();
    Edits editsWith = new Edits();
    ServerTime time = new ServerTime(server);
    for (int round = 0; round <= rounds; round++) {
      for (String database : round % 2 == 0 ? List.of(without, with) : List.of(with, without)) {
        databases.settle(database);
        double before = time.seconds();
        Load load = pgbench.run(server.url(database), "post.sql", EDITS, WRITERS, sessions);
        double seconds = time.seconds() - before;
        if (round > 0) (database.equals(with) ? editsWith : editsWithout).add(load, seconds);
      }
      System.err.println("edits: round " + round + " of " + rounds);
    }
    System.out.printf(
        Locale.ROOT,
        "%n| edits of %,d sessions by %d writers | rate relative to without the fleet |"
            + " the server's time relative | a second | the server's time for one |%n",
        sessions,
        WRITERS);
    System.out.println("| --- | --- | --- | --- | --- |");
    System.out.printf("| tables of 001 alone | 1 | 1 | %s |%n", editsWithout.cells());
    System.out.printf(
        "| with 002: the log's column and index for the feed, and leases | %s | %s | %s |%n",
        Spread.ofRatios(editsWith.perSecond, editsWithout.perSecond).in("×"),
        Spread.ofRatios(editsWith.millis, editsWithout.millis).in("×"),
        editsWith.cells());
  }

  /** How many there were a second, and what each took of a core of the server, in each round. */
  private static final class Edits {
    private final List<Double> perSecond = new ArrayList<>();
    private final List<Double> millis = new ArrayList<>();

    void add(Load load, double secondsOfServer) {
      perSecond.add(load.perSecond());
      millis.add(secondsOfServer * 1e3 / (load.perSecond() * EDITS.toSeconds()));
    }

    String cells() {
      Spread rate = Spread.of(perSecond);
      return String.format(
          Locale.ROOT,
          "%,.0f (%,.0f–%,.0f) | %s",
          rate.median(),
          rate.least(),
          rate.most(),
          Spread.of(millis).in("ms"));
    }
  }
}
