package io.vibee.session.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Variables that make measuring shorter, to try it out. */
final class Settings {
  private Settings() {}

  /** Those of {@code BENCHMARKS_SIZES}, such as {@code 1000,10000}. */
  static List<Integer> sizes(Integer... usual) {
    return variable("BENCHMARKS_SIZES")
        .map(sizes -> Stream.of(sizes.split(",")).map(Integer::valueOf).toList())
        .orElse(List.of(usual));
  }

  /** At most those of {@code BENCHMARKS_ROUNDS}. */
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
