package io.vibee.session.benchmarks;

import java.util.List;
import java.util.Map;

/** The times of loading as Markdown. */
final class LoadingTable {
  private static final Map<String, String> NAMES =
      Map.of(
          "floor", "rows undecrypted, by hand",
          "databaseKey", "database key",
          "externalKey", "external key",
          "quickStart", "the quick start's SQL");

  private LoadingTable() {}

  static void print(LoadingTimes times) {
    System.out.println(
        "| sessions | loading all | time | µs a session | beside undecrypted | rounds |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    for (int sessions : times.sizes()) {
      for (String way : times.ways(sessions)) {
        List<Double> rounds = times.of(sessions, way);
        System.out.printf(
            "| %,d | %s | %s | %s | %s | %d |%n",
            sessions,
            name(way),
            Spread.of(rounds).in("ms"),
            Spread.digits(times.microsPerSession(sessions, way).median()),
            way.equals("floor")
                ? "1"
                : Spread.ofRatios(rounds, times.of(sessions, "floor")).in("×"),
            rounds.size());
      }
    }
    for (int sessions : times.sizes()) {
      if (!times.of(sessions, "quickStart").isEmpty()) {
        printQuickStart(times);
        return;
      }
    }
  }

  private static void printQuickStart(LoadingTimes times) {
    System.out.println(
        "\n| sessions | quick start's SQL beside database key | beside external key |");
    System.out.println("| --- | --- | --- |");
    for (int sessions : times.sizes()) {
      List<Double> quickStart = times.of(sessions, "quickStart");
      System.out.printf(
          "| %,d | %s | %s |%n",
          sessions,
          Spread.ofRatios(quickStart, times.of(sessions, "databaseKey")).in("×"),
          Spread.ofRatios(quickStart, times.of(sessions, "externalKey")).in("×"));
    }
  }

  static String name(String way) {
    return NAMES.getOrDefault(way, way);
  }
}
