package io.vibee.session.jdbc;

import static io.vibee.session.jdbc.DatabaseUrlProblem.problem;
import static io.vibee.session.jdbc.DatabaseUrlProblem.refused;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What one libpq keyword is to the driver. A rule sets driver properties, or refuses with the
 * keyword and the values that it takes, never with the value that it was given.
 */
@FunctionalInterface
interface LibpqUriRule {

  void apply(String keyword, String value, Map<String, String> properties);

  /** Nothing here: the value is used where several are looked at together. */
  static LibpqUriRule elsewhere() {
    return (keyword, value, properties) -> {};
  }

  /** Any text, under the driver's name for it; an empty one counts as not given. */
  static LibpqUriRule text(String property) {
    return (keyword, value, properties) -> {
      if (!value.isEmpty()) properties.put(property, value);
    };
  }

  /**
   * One of a few values, case and all; {@code libpq=driver} where the driver calls it otherwise. An
   * empty one is an error, as it is to libpq.
   */
  static LibpqUriRule choice(String property, String... choices) {
    List<String[]> known = Arrays.stream(choices).map(choice -> choice.split("=", 2)).toList();
    String allowed = String.join(", ", known.stream().map(choice -> choice[0]).toList());
    return (keyword, value, properties) -> {
      for (String[] choice : known) {
        if (choice[0].equals(value)) {
          properties.put(property, choice[choice.length - 1]);
          return;
        }
      }
      throw problem(keyword + " must be one of " + allowed);
    };
  }

  /** Accepted for the values that say what the driver does anyway. */
  static LibpqUriRule always(String... values) {
    return (keyword, value, properties) -> {
      if (!Arrays.asList(values).contains(value)) {
        throw refused(keyword, "the driver knows only " + keyword + "=" + values[0]);
      }
    };
  }

  /** Refused whatever the value: to ignore it could mean less security than was asked for. */
  static LibpqUriRule refusing(String why) {
    return (keyword, value, properties) -> {
      throw refused(keyword, why);
    };
  }

  /**
   * Seconds to connect; zero and less mean without limit, and no more than fits the driver's
   * milliseconds. libpq counts the whole login in, the driver's connectTimeout only the first step.
   */
  static LibpqUriRule timeout() {
    return (keyword, value, properties) -> {
      int seconds = Math.min(Math.max(0, number(keyword, value)), Integer.MAX_VALUE / 1000);
      properties.put("connectTimeout", Integer.toString(seconds));
      if (seconds > 0) properties.put("loginTimeout", Integer.toString(seconds));
    };
  }

  /** A number that is a switch: zero is off, all others are on. */
  static LibpqUriRule flag(String property) {
    return (keyword, value, properties) ->
        properties.put(property, Boolean.toString(number(keyword, value) != 0));
  }

  private static int number(String keyword, String value) {
    Integer number = LibpqUriNumber.parse(value);
    if (number == null) throw problem(keyword + " must be a whole number");
    return number;
  }
}
