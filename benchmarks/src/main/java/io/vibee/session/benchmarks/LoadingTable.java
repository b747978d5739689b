package io.vibee.session.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Set;

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

  private static final Set<String> LIBRARY_AND_FLOOR =
      Set.of("floor", "databaseKey", "externalKey");

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
  }

  /** Prints every other way relative to the library's two. */
  static void printOthers(LoadingTimes times) {
    System.out.println(
        "\n| sessions | loading all | relative to database key | relative to external key |");
    System.out.println("| --- | --- | --- | --- |");
    for (int sessions : times.sizes()) {
      for (String way : times.ways(sessions)) {
        if (LIBRARY_AND_FLOOR.contains(way)) continue;
        List<Double> rounds = times.of(sessions, way);
        System.out.printf(
            "| %,d | %s | %s | %s |%n",
            sessions,
            name(way),
            Spread.ofRatios(rounds, times.of(sessions, "databaseKey")).in("×"),
            Spread.ofRatios(rounds, times.of(sessions, "externalKey")).in("×"));
      }
    }
  }

  private static String name(String way) {
    return NAMES.getOrDefault(way, way);
  }
}
