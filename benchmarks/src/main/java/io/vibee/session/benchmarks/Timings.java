package io.vibee.session.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The runs of one thing in milliseconds, shown as their median and spread. */
final class Timings {
  private final List<Double> millis = new ArrayList<>();

  void time(Runnable run) {
    long start = System.nanoTime();
    run.run();
    add((System.nanoTime() - start) / 1e6);
  }

  /** Adds a run that was timed elsewhere, in milliseconds. */
  void add(double run) {
    millis.add(run);
  }

  double last() {
    return millis.get(millis.size() - 1);
  }

  double median() {
    List<Double> sorted = new ArrayList<>(millis);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  /** Shows the median, and the range from minimum to maximum. */
  String inMillis() {
    return String.format(
        Locale.ROOT,
        "%.0f ms (%.0f–%.0f)",
        median(),
        Collections.min(millis),
        Collections.max(millis));
  }

  /** Shows the median of each run's ratio to the reference's run in the same round. */
  String ratioTo(Timings reference) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < millis.size(); i++) ratios.add(millis.get(i) / reference.millis.get(i));
    Collections.sort(ratios);
    return String.format(
        Locale.ROOT,
        "%.2f × (%.2f–%.2f)",
        ratios.get(ratios.size() / 2),
        ratios.get(0),
        ratios.get(ratios.size() - 1));
  }
}
