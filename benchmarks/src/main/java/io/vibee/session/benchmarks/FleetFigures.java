package io.vibee.session.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Measures what a fleet of agents costs: a beat, agents that have nothing to do, claims, and edits
 * whose changes it is told of. Prints Markdown; benchmarks/run.sh writes it into
 * docs/benchmarks.md.
 */
public final class FleetFigures {
  private static final int WRITERS = 2;
  private static final Duration EDITS = Duration.ofSeconds(5);

  private FleetFigures() {}

  /**
   * Measures and prints.
   *
   * @param args which of beats, idle, claims and edits; all by default
   * @throws Exception if PostgreSQL or pgbench cannot be run
   */
  public static void main(String[] args) throws Exception {
    Set<String> parts = Set.of(args.length == 0 ? "beats idle claims edits".split(" ") : args);
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
    List<Load> loadsWithout = new ArrayList<>();
    List<Load> loadsWith = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      for (String database : round % 2 == 0 ? List.of(without, with) : List.of(with, without)) {
        databases.settle(database);
        Load load = pgbench.run(server.url(database), "post.sql", EDITS, WRITERS, sessions);
        if (round > 0) (database.equals(with) ? loadsWith : loadsWithout).add(load);
      }
      System.err.println("edits: round " + round + " of " + rounds);
    }
    System.out.printf(
        Locale.ROOT,
        "%n| edits of %,d sessions by %d writers | rate relative to without the fleet |"
            + " edits a second | 99 of 100 took at most |%n",
        sessions,
        WRITERS);
    System.out.println("| --- | --- | --- | --- |");
    row("tables of 001 alone", "1", loadsWithout);
    row(
        "with 002: the log's column and index for the feed, and leases",
        Spread.ofRatios(perSecond(loadsWith), perSecond(loadsWithout)).in("×"),
        loadsWith);
  }

  private static List<Double> perSecond(List<Load> loads) {
    return loads.stream().map(Load::perSecond).toList();
  }

  private static void row(String tables, String ratio, List<Load> loads) {
    Spread p99 = Spread.of(loads.stream().map(Load::p99).toList());
    System.out.printf(
        "| %s | %s | %s | %s |%n",
        tables, ratio, Spread.of(perSecond(loads)).in("a second"), p99.in("ms"));
  }
}
