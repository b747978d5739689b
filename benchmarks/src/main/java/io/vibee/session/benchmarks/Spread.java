package io.vibee.session.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The median, the minimum and the maximum of the rounds of one figure. */
record Spread(double median, double least, double most) {

  static Spread of(Collection<Double> rounds) {
    if (rounds.isEmpty()) throw new IllegalArgumentException("there was no round");
    double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /**
   * Returns the spread of each round's ratio to the reference in the same round. A slow figure may
   * have had fewer rounds than its reference; both start with the same round.
   */
  static Spread ofRatios(List<Double> rounds, List<Double> references) {
    return of(
        IntStream.range(0, Math.min(rounds.size(), references.size()))
            .mapToObj(round -> rounds.get(round) / references.get(round))
            .toList());
  }

  Spread times(double factor) {
    return new Spread(median * factor, least * factor, most * factor);
  }

  /** Formats it with three digits and a unit: {@code 1.24 ms (1.20–1.31)}. */
  String in(String unit) {
    return "%s %s (%s–%s)".formatted(digits(median), unit, digits(least), digits(most));
  }

  /** Formats about three significant digits, more and with separators if the value is large. */
  static String digits(double value) {
    int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    if (value > 0 && value < 0.0995) decimals -= (int) Math.floor(Math.log10(value));
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
