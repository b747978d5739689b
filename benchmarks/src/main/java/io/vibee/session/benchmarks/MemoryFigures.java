package io.vibee.session.benchmarks;

import io.vibee.session.benchmarks.jmh.LoadAll;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Measures how little memory is enough to load many sessions, and how much holding them takes.
 * Prints Markdown; the build writes it into docs/benchmarks.md.
 */
public final class MemoryFigures {
  private static final String HEAP = "-Xmx64m";
  private static final int HELD = 100_000;

  /** The library's ways, as {@link LoadAll} calls them, and as the page does. */
  private static final SortedMap<String, String> WAYS =
      new TreeMap<>(Map.of("databaseKey", "database key", "externalKey", "external key"));

  private final Database server;
  private final LoadingDatabases databases;

  private MemoryFigures(Database server) {
    this.server = server;
    this.databases = new LoadingDatabases(server);
  }

  /**
   * Measures and prints.
   *
   * @param args none
   * @throws Exception if PostgreSQL or another JVM does not start
   */
  public static void main(String[] args) throws Exception {
    try (Database server = new Database()) {
      MemoryFigures figures = new MemoryFigures(server);
      System.out.printf("%nPostgreSQL %s, Java %s.%n", server.version(), Runtime.version());
      figures.streaming(Collections.max(Settings.sizes(1_000_000)));
      figures.holding();
    }
  }

  private void streaming(int sessions) throws IOException, InterruptedException {
    databases.databaseKey(sessions);
    databases.externalKey(sessions);
    System.out.printf(
        "%n| %,d sessions with `%s` | time | held after a collection, at most | collections |%n",
        sessions, HEAP);
    System.out.println("| --- | --- | --- | --- |");
    Child child = new Child(HEAP);
    String byHand = server.jdbcUrl(LoadAll.database("databaseKey", sessions));
    row(
        "a query by hand, all rows at once",
        sessions,
        child.run(StreamInLittle.class, "0", byHand));
    row(
        "a query by hand, a cursor of 2,000 rows",
        sessions,
        child.run(StreamInLittle.class, "2000", byHand));
    for (String way : WAYS.keySet()) {
      String url = server.url(LoadAll.database(way, sessions));
      List<Double> library = child.run(StreamInLittle.class, way, url);
      row("`forEachActive`, " + WAYS.get(way), sessions, library);
      if (library.isEmpty()) throw new IllegalStateException("64 MB were not enough");
    }
  }

  private static void row(String name, int sessions, List<Double> run) {
    if (run.isEmpty()) {
      System.out.println("| " + name + " | fails: out of memory | | |");
      return;
    }
    if (run.get(0) != sessions) throw new IllegalStateException(name + ": " + run);
    System.out.printf(
        "| %s | %,.1f s | %.1f MB | %,.0f |%n",
        name, run.get(1) / 1e3, run.get(3) / 1e6, run.get(2));
  }

  private void holding() throws IOException, InterruptedException {
    databases.databaseKey(HELD);
    databases.externalKey(HELD);
    // JOL finds the fields of records in a different way from those of classes.
    Child child = new Child("-Xmx3g", "-Djol.magicFieldOffset=true");
    System.out.printf(
        "%n| a list of %,d sessions | bytes per session | relative to the contents |%n", HELD);
    System.out.println("| --- | --- | --- |");
    boolean first = true;
    for (String way : WAYS.keySet()) {
      String url = server.url(LoadAll.database(way, HELD));
      List<Double> bytes = child.run(HoldMany.class, way, url);
      if (bytes.isEmpty()) throw new IllegalStateException("the sessions could not be measured");
      if (first) System.out.printf("| contents of the fields | %.0f | 1 |%n", bytes.get(1));
      first = false;
      System.out.printf(
          "| held, loaded with the %s | %.0f | %s × |%n",
          WAYS.get(way), bytes.get(0), Spread.digits(bytes.get(0) / bytes.get(1)));
    }
  }
}
