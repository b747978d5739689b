package io.vibee.session.benchmarks;

import io.vibee.session.benchmarks.Forks.Effort;
import io.vibee.session.benchmarks.jmh.LoadOne;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures how long one session takes to load, relative to a query by hand. */
final class OneFigures {
  private static final Effort EFFORT = new Effort(3, 3);

  private final int sessions;
  private final List<Double> bareQuery = new ArrayList<>();
  private final List<Double> findByUserId = new ArrayList<>();

  private OneFigures(int sessions) {
    this.sessions = sessions;
  }

  static OneFigures measure(Forks forks, int sessions) {
    OneFigures figures = new OneFigures(sessions);
    int rounds = Settings.rounds(5);
    for (int round = 0; round < rounds; round++) {
      System.err.printf("one session, round %d of %d%n", round + 1, rounds);
      if (round % 2 == 0) figures.bareQuery(forks);
      figures.findByUserId.add(figures.micros(forks, "findByUserId"));
      if (round % 2 == 1) figures.bareQuery(forks);
    }
    return figures;
  }

  private void bareQuery(Forks forks) {
    bareQuery.add(micros(forks, "bareQuery"));
  }

  private double micros(Forks forks, String method) {
    return forks.median(LoadOne.class, method, Map.of("sessions", "" + sessions), EFFORT);
  }

  void print() {
    System.out.printf("%n| loading one of %,d | time | relative to by hand |%n", sessions);
    System.out.println("| --- | --- | --- |");
    System.out.println("| a query by hand | " + Spread.of(bareQuery).in("µs") + " | 1 |");
    System.out.printf(
        "| `findByUserId` | %s | %s |%n",
        Spread.of(findByUserId).in("µs"), Spread.ofRatios(findByUserId, bareQuery).in("×"));
  }
}
