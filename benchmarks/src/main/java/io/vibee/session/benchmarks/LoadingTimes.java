package io.vibee.session.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The rounds of each way to load, in milliseconds, by the number of sessions. */
final class LoadingTimes {
  private final Map<Integer, Map<String, List<Double>>> millis = new LinkedHashMap<>();

  void add(int sessions, String way, double time) {
    millis
        .computeIfAbsent(sessions, n -> new LinkedHashMap<>())
        .computeIfAbsent(way, n -> new ArrayList<>())
        .add(time);
  }

  Set<Integer> sizes() {
    return millis.keySet();
  }

  Set<String> ways(int sessions) {
    return millis.getOrDefault(sessions, Map.of()).keySet();
  }

  /** Returns the rounds of one way; empty if it was not measured. */
  List<Double> of(int sessions, String way) {
    return millis.getOrDefault(sessions, Map.of()).getOrDefault(way, List.of());
  }

  Spread microsPerSession(int sessions, String way) {
    return Spread.of(of(sessions, way)).times(1_000.0 / sessions);
  }

  /** Writes every round, for readers who want to do their own calculations. */
  void write(String name) throws IOException {
    StringBuilder csv = new StringBuilder("sessions,way,round,millis\n");
    for (int sessions : sizes()) {
      for (String way : ways(sessions)) {
        List<Double> rounds = of(sessions, way);
        for (int round = 0; round < rounds.size(); round++) {
          csv.append(
              String.format(
                  Locale.ROOT, "%d,%s,%d,%.3f%n", sessions, way, round + 1, rounds.get(round)));
        }
      }
    }
    Files.writeString(Path.of("benchmarks", "results", name + ".csv"), csv);
  }
}
