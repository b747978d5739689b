package io.vibee.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The limits that every stored text keeps; messages name the field, never the value. */
final class Texts {
  private Texts() {}

  static void requireId(String field, String value) {
    Objects.requireNonNull(value, field);
    if (value.isBlank()) throw new IllegalArgumentException(field + " must not be empty");
    requireText(field, value, 255);
    if (value.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(field + " must not contain white space");
    }
  }

  static void requireText(String field, @Nullable String value, int maximum) {
    if (value == null) return;
    if (value.codePointCount(0, value.length()) > maximum) {
      throw new IllegalArgumentException(field + " is longer than " + maximum + " characters");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(field + " must not contain control characters");
    }
    if (hasLoneSurrogate(value)) {
      throw new IllegalArgumentException(field + " is not valid Unicode text");
    }
  }

  /** PostgreSQL stores UTF-8, which has no lone surrogates: they would arrive as question marks. */
  private static boolean hasLoneSurrogate(String value) {
    return value
        .codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /**
   * A stored text fit for a log line: control characters, which could forge lines, are replaced.
   */
  static String printable(String value) {
    return value
        .codePoints()
        .map(
            c ->
                Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                    ? '\uFFFD'
                    : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
