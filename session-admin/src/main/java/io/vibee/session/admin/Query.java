package io.vibee.session.admin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** The parameters of a query; those that nobody asks for, or that come twice, are errors. */
final class Query {
  private final Map<String, String> values = new HashMap<>();

  /**
   * Reads them.
   *
   * @throws Problem if one is unknown, repeated or malformed
   */
  Query(@Nullable String raw, Set<String> known) {
    if (raw == null || raw.isEmpty()) return;
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      // A name that is not known is not repeated in the answer: it could be anything.
      if (!known.contains(name)) throw unknown(known);
      String value = equals < 0 ? null : StrictText.percentDecoded(pair.substring(equals + 1));
      if (value == null || value.isEmpty()) throw wrong(name, "must have a value");
      if (values.put(name, value) != null) throw wrong(name, "is there twice");
    }
  }

  @Nullable String text(String name) {
    return values.get(name);
  }

  /** One of these words. */
  String word(String name, List<String> words, String otherwise) {
    String value = values.getOrDefault(name, otherwise);
    if (!words.contains(value)) throw wrong(name, "must be one of " + String.join(", ", words));
    return value;
  }

  /** A whole number in these bounds. */
  int number(String name, int from, int to, int otherwise) {
    return (int) number(name, "%d to %d".formatted(from, to), n -> n >= from && n <= to, otherwise);
  }

  /** A number that counts from 1. */
  long id(String name, long otherwise) {
    return number(name, "1 or more", n -> n >= 1, otherwise);
  }

  private long number(String name, String bounds, LongPredicate within, long otherwise) {
    String value = values.get(name);
    if (value == null) return otherwise;
    if (value.length() <= 19 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      try {
        long number = Long.parseLong(value);
        if (within.test(number)) return number;
      } catch (NumberFormatException e) {
        // More than 64 bits: out of bounds.
      }
    }
    throw wrong(name, "must be a whole number, " + bounds);
  }

  static Problem wrong(String name, String detail) {
    return Problem.of(400, "a parameter of the query is wrong").naming(name, detail);
  }

  private static Problem unknown(Set<String> known) {
    return Problem.of(
        400,
        known.isEmpty()
            ? "this call takes no query"
            : "the query has an unknown parameter; known are "
                + String.join(", ", known.stream().sorted().toList()));
  }
}
