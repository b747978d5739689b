package io.vibee.session.cli;

import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Names of a session's values: the library's are Java's, users know those of columns and options.
 */
final class Fields {
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z])(?=[A-Z])");

  private Fields() {}

  /** {@code api_hash} for {@code apiHash}. */
  static String column(String name) {
    return HUMP.matcher(name).replaceAll("_").toLowerCase(Locale.ROOT);
  }

  /** How to give it. */
  static String option(String name) {
    return name.equals("apiHash")
        ? "an api_hash (such as by --api-hash-file)"
        : "--" + column(name).replace('_', '-');
  }

  /** The library's complaints begin with the name of the value, and never repeat it. */
  static <T> T checked(Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException(words(e));
    }
  }

  /** Such a complaint with the name that users know. */
  static String words(IllegalArgumentException complaint) {
    String[] words = String.valueOf(complaint.getMessage()).split(" ", 2);
    return column(words[0]) + (words.length > 1 ? " " + words[1] : "");
  }
}
