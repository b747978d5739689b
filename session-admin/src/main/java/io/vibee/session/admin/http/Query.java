package io.vibee.session.admin.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a query; unknown and repeated ones are errors. */
public final class Query {
  private final Map<String, String> values = new HashMap<>();

  /**
   * Reads the parameters.
   *
   * @param raw the query, still percent-encoded; null for none
   * @param known the names of those that the call takes
   * @throws Problem if one is unknown, repeated or malformed
   */
  public Query(@Nullable String raw, Set<String> known) {
    if (raw == null || raw.isEmpty()) return;
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      // An unknown name is not repeated in the response: it could be anything.
      if (!known.contains(name)) throw unknown(known);
      String value = equals < 0 ? null : StrictText.percentDecoded(pair.substring(equals + 1));
      if (value == null || value.isEmpty()) throw wrong(name, "must have a value");
      if (values.put(name, value) != null) throw wrong(name, "is there twice");
    }
  }

  /**
   * Returns a parameter as it is.
   *
   * @param name its name
   * @return its text; null if it is not there
   */
  public @Nullable String text(String name) {
    return values.get(name);
  }

  /**
   * Returns a parameter that must be one of these words.
   *
   * @param name its name
   * @param words what it may be
   * @param otherwise what it is when it is not there
   * @return the word
   * @throws Problem if it is another
   */
  public String word(String name, List<String> words, String otherwise) {
    String value = values.getOrDefault(name, otherwise);
    if (!words.contains(value)) throw wrong(name, "must be one of " + String.join(", ", words));
    return value;
  }

  /**
   * Returns a parameter that must be a whole number in these bounds.
   *
   * @param name its name
   * @param from the lowest one allowed
   * @param to the highest one allowed
   * @param otherwise what it is when it is not there
   * @return the number
   * @throws Problem if it is none, or out of bounds
   */
  public int number(String name, int from, int to, int otherwise) {
    return (int) number(name, "%s to %s".formatted(from, to), n -> n >= from && n <= to, otherwise);
  }

  /**
   * Returns a parameter that must be a number from 1 on.
   *
   * @param name its name
   * @param otherwise what it is when it is not there
   * @return the number
   * @throws Problem if it is none
   */
  public long id(String name, long otherwise) {
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

  /**
   * Refuses a parameter.
   *
   * @param name its name
   * @param detail what is wrong with it, without the value
   * @return the problem, to be thrown
   */
  public static Problem wrong(String name, String detail) {
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
