package io.vibee.session;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The limits that every stored text keeps; messages name the field, never the value. */
final class Texts {
  /** The id that means all sessions in the log, and the ones that the path of a URL cannot hold. */
  private static final Set<String> RESERVED = Set.of(Activity.ALL_SESSIONS, ".", "..");

  private Texts() {}

  static void requireId(String field, String value) {
    Objects.requireNonNull(value, field);
    if (value.isBlank()) throw new IllegalArgumentException(field + " must not be empty");
    requireText(field, value, 255);
    if (!isPlain(value) && hasWhitespace(value)) {
      throw new IllegalArgumentException(field + " must not contain white space");
    }
    if (RESERVED.contains(value)) {
      throw new IllegalArgumentException(field + " must not be *, . or ..");
    }
  }

  /** White space at either end is a copying mistake; inside, it may belong to the secret. */
  static void requireSecret(String field, String value) {
    if (value.isBlank()) throw new IllegalArgumentException(field + " must not be empty");
    requireText(field, value, 255);
    if (!value.equals(value.strip())) {
      throw new IllegalArgumentException(field + " must not begin or end with white space");
    }
  }

  static void requireApiId(int value) {
    if (value <= 0) throw new IllegalArgumentException("apiId must be greater than zero");
  }

  static void requireChats(List<String> chats) {
    long bytes = 0;
    for (String chat : chats) {
      requireText("targetChats", chat, 4096);
      bytes += 2 + chat.getBytes(StandardCharsets.UTF_8).length;
    }
    if (bytes > Session.MAX_TARGET_CHATS_BYTES) {
      throw new IllegalArgumentException(
          "targetChats are longer than " + Session.MAX_TARGET_CHATS_BYTES + " bytes in all");
    }
  }

  static void requireText(String field, @Nullable String value, int maximum) {
    if (value == null) return;
    if (value.length() > maximum && value.codePointCount(0, value.length()) > maximum) {
      throw new IllegalArgumentException(field + " is longer than " + maximum + " characters");
    }
    if (isPlain(value)) return;
    if (hasControl(value)) {
      throw new IllegalArgumentException(field + " must not contain control characters");
    }
    if (hasLoneSurrogate(value)) {
      throw new IllegalArgumentException(field + " is not valid Unicode text");
    }
  }

  // Loops, not streams: an agent checks some hundred thousand texts when it starts.

  /** Most texts are printable ASCII without a space, which one loop shows; the others need more. */
  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) <= ' ' || value.charAt(i) > '~') return false;
    }
    return true;
  }

  private static boolean hasWhitespace(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isWhitespace(value.charAt(i))) return true;
    }
    return false;
  }

  private static boolean hasControl(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) return true;
    }
    return false;
  }

  /**
   * UTF-8, which PostgreSQL stores, has no lone surrogates: they would arrive as question marks.
   */
  private static boolean hasLoneSurrogate(String value) {
    for (int at = 0, codePoint; at < value.length(); at += Character.charCount(codePoint)) {
      codePoint = value.codePointAt(at);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) return true;
    }
    return false;
  }

  /**
   * Makes a stored text fit for a log line, by replacing control characters, which could forge
   * lines.
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
