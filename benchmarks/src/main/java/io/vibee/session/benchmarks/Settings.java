package io.vibee.session.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Variables that shorten the measurements, to try them out. */
final class Settings {
  private Settings() {}

  /**
   * Returns the sizes in {@code BENCHMARKS_SIZES}, such as {@code 1000,10000}, or the usual ones.
   */
  static List<Integer> sizes(Integer... usual) {
    return variable("BENCHMARKS_SIZES")
        .map(sizes -> Stream.of(sizes.split(",")).map(Integer::valueOf).toList())
        .orElse(List.of(usual));
  }

  /** Returns the usual number of rounds, but at most {@code BENCHMARKS_ROUNDS}. */
  static int rounds(int usual) {
    return variable("BENCHMARKS_ROUNDS")
        .map(Integer::valueOf)
        .map(n -> Math.min(n, usual))
        .orElse(usual);
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }
}
