package io.vibee.session.jdbc;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whole numbers as libpq reads them: strtol, with white space around them and nothing else. */
final class LibpqUriNumber {
  private static final Pattern NUMBER =
      Pattern.compile("[ \\t\\n\\u000B\\f\\r]*+([+-]?+)0*+([0-9]{0,10})[ \\t\\n\\u000B\\f\\r]*+");

  private LibpqUriNumber() {}

  /** The number, or null if the text is none or does not fit an int. */
  static @Nullable Integer parse(String text) {
    var number = NUMBER.matcher(text);
    if (!number.matches() || text.chars().noneMatch(c -> c >= '0' && c <= '9')) return null;
    String digits = number.group(2).isEmpty() ? "0" : number.group(2);
    long value = Long.parseLong(number.group(1) + digits);
    return value == (int) value ? (Integer) (int) value : null;
  }
}
