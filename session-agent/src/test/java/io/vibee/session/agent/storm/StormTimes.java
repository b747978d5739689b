package io.vibee.session.agent.storm;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The times of a storm's agents.
 *
 * @param silence after which others take what an agent holds
 * @param linger what each ping asks Telegram for
 * @param settle how long the sessions of a wave run before the next one is started
 */
record StormTimes(
    Duration beat,
    Duration silence,
    Duration stop,
    Duration linger,
    Duration statementTimeout,
    Duration settle) {
  /** So short that much can go wrong in little time. */
  static final StormTimes SHORT = parse("400 4000 500 1500 400 300");

  /** Those of docs/fleet.md. */
  static final StormTimes SUGGESTED = parse("5000 60000 5000 25000 2000 1000");

  /** Those of docs/fleet.md for a client whose linger is five seconds. */
  static final StormTimes QUICK = parse("3000 30000 5000 5000 2000 1000");

  /** Reads what {@link #toText} wrote. */
  static StormTimes parse(String text) {
    List<Duration> all =
        Arrays.stream(text.split(" ", -1)).map(Long::parseLong).map(Duration::ofMillis).toList();
    return new StormTimes(all.get(0), all.get(1), all.get(2), all.get(3), all.get(4), all.get(5));
  }

  String toText() {
    return Stream.of(beat, silence, stop, linger, statementTimeout, settle)
        .map(time -> Long.toString(time.toMillis()))
        .collect(Collectors.joining(" "));
  }
}
