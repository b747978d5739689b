package io.vibee.session.benchmarks;

import java.util.List;
import java.util.Map;

/** Prints the times of loading as Markdown. */
final class LoadingTable {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("floor", "rows undecrypted, by hand"),
          Map.entry("databaseKey", "database key"),
          Map.entry("externalKey", "external key"),
          Map.entry("quickStart", "the quick start's SQL"),
          Map.entry("SPRING_SECURITY", "Spring Security, one by one"),
          Map.entry("SPRING_SECURITY_IN_PARALLEL", "the same, 4 threads"),
          Map.entry("SPRING_SECURITY_IN_ONE_QUERY", "Spring Security's table, one query past it"),
          Map.entry("SPRING_SESSION", "Spring Session, one by one"),
          Map.entry("SPRING_SESSION_IN_PARALLEL", "the same, 4 threads"),
          Map.entry("SPRING_SESSION_IN_ONE_QUERY", "Spring Session, one principal for all"),
          Map.entry("TINK", "JDBC and Tink"),
          Map.entry("TINK_IN_PARALLEL", "the same, 4 threads"));

  private LoadingTable() {}

  static void print(LoadingTimes times) {
    System.out.println(
        "| sessions | loading all | time | µs per session | relative to undecrypted | rounds |");
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
        "\n| sessions | quick start's SQL relative to database key | relative to external key |");
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

  private static String name(String way) {
    return NAMES.getOrDefault(way, way);
  }
}
