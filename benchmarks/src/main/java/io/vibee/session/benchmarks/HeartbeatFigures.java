package io.vibee.session.benchmarks;

import io.vibee.session.benchmarks.Forks.Effort;
import io.vibee.session.benchmarks.jmh.Touch;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures how long a heartbeat of many sessions takes, and what many heartbeats leave behind,
 * relative to an UPDATE by hand. Prints Markdown; the build writes it into docs/benchmarks.md.
 */
public final class HeartbeatFigures {
  private static final Effort EFFORT = new Effort(3, 3);
  private static final int HEARTBEATS = 200;
  private static final int PAUSE_MILLIS = 300;

  private final Database server;
  private final List<Double> byHand = new ArrayList<>();
  private final List<Double> touch = new ArrayList<>();

  private HeartbeatFigures(Database server) {
    this.server = server;
  }

  /**
   * Measures and prints.
   *
   * @param args none
   * @throws Exception if PostgreSQL does not start or cannot be asked
   */
  public static void main(String[] args) throws Exception {
    try (Database server = new Database()) {
      HeartbeatFigures figures = new HeartbeatFigures(server);
      new LoadingDatabases(server).databaseKey(Touch.SESSIONS);
      for (String copy : List.of("by_hand", "by_touch")) {
        server.execute("create database " + copy + " template " + Touch.DATABASE);
      }
      figures.times();
      figures.wear();
    }
  }

  private void times() throws Exception {
    Forks forks = new Forks(server);
    int rounds = Settings.rounds(5);
    for (int round = 0; round < rounds; round++) {
      System.err.printf("one heartbeat, round %d of %d%n", round + 1, rounds);
      if (round % 2 == 0) byHand.add(run(forks, "byHand"));
      touch.add(run(forks, "touch"));
      if (round % 2 == 1) byHand.add(run(forks, "byHand"));
    }
    System.out.printf(
        "%nPostgreSQL %s, Java %s; medians of %d rounds, minimum and maximum in brackets.%n",
        server.version(), Runtime.version(), rounds);
    System.out.printf(
        "%n| one heartbeat of %,d sessions | time | relative to by hand |%n", Touch.SESSIONS);
    System.out.println("| --- | --- | --- |");
    System.out.printf("| by hand | %s | 1 |%n", Spread.of(byHand).in("ms"));
    System.out.printf(
        "| `touch` | %s | %s |%n",
        Spread.of(touch).in("ms"), Spread.ofRatios(touch, byHand).in("×"));
  }

  /** Starts from a table without dead rows each time: vacuums what the last process left. */
  private double run(Forks forks, String method) {
    server.execute(Touch.DATABASE, "vacuum full user_sessions");
    server.execute(Touch.DATABASE, "vacuum analyze user_sessions");
    server.execute(Touch.DATABASE, "checkpoint");
    return forks.median(Touch.class, method, Map.of(), EFFORT);
  }

  private void wear() throws Exception {
    int heartbeats = Settings.rounds(HEARTBEATS);
    // Back to PostgreSQL's default for tables.
    server.execute("by_hand", "alter table user_sessions reset (fillfactor)");
    for (String database : List.of("by_hand", "by_touch")) {
      server.execute(database, "vacuum full user_sessions");
      server.execute(database, "vacuum analyze user_sessions");
      server.execute(database, "select pg_stat_reset()");
    }
    Wear wearByHand = new Wear(server, "by_hand");
    Wear wearByTouch = new Wear(server, "by_touch");
    List<String> ids = Touch.ids();
    try (Connection connection = server.connect("by_hand");
        JdbcSessionStore store = JdbcSessionStore.open(server.url("by_touch"))) {
      for (int heartbeat = 0; heartbeat < heartbeats; heartbeat++) {
        Touch.byHand(connection, ids);
        store.touch(ids);
        Thread.sleep(PAUSE_MILLIS);
        if (heartbeat % 50 == 49) System.err.printf("%d heartbeats%n", heartbeat + 1);
      }
    }
    System.out.printf(
        "%n| %d heartbeats of %,d sessions | table | indexes | heap-only updates | autovacuum ran |%n",
        heartbeats, Touch.SESSIONS);
    System.out.println("| --- | --- | --- | --- | --- |");
    long updates = (long) heartbeats * Touch.SESSIONS;
    System.out.println("| by hand, in full pages | " + wearByHand.cells(updates) + " |");
    System.out.println("| `touch` | " + wearByTouch.cells(updates) + " |");
  }
}
