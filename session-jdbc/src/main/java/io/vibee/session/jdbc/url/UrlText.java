package io.vibee.session.jdbc.url;

import static io.vibee.session.jdbc.url.UrlProblem.malformed;
import static io.vibee.session.jdbc.url.UrlProblem.problem;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the texts in a URL as libpq does: percent-encoded parts, and numbers. */
final class UrlText {
  private static final Pattern NUMBER =
      Pattern.compile("[ \\t\\n\\u000B\\f\\r]*+([+-]?+)0*+([0-9]{0,10})[ \\t\\n\\u000B\\f\\r]*+");

  private UrlText() {}

  /** Reads a whole number as {@link #number(String)} does; an error names the keyword. */
  static int number(String keyword, String text) {
    @Nullable Integer number = number(text);
    if (number == null) throw problem(keyword + " must be a whole number");
    return number;
  }

  /**
   * Reads a whole number as strtol does: white space may surround it, but nothing else.
   *
   * @return null if the text is not a number, or does not fit an int
   */
  static @Nullable Integer number(String text) {
    var number = NUMBER.matcher(text);
    if (!number.matches() || text.chars().noneMatch(c -> c >= '0' && c <= '9')) return null;
    String digits = number.group(2).isEmpty() ? "0" : number.group(2);
    long value = Long.parseLong(number.group(1) + digits);
    return value == (int) value ? (Integer) (int) value : null;
  }

  /**
   * Decodes one part of a URL, strictly: {@code +} is left alone and {@code %00} refused. {@code
   * java.net.URLDecoder} does not serve: it turns {@code +} into a space, takes {@code %-1} for a
   * byte, replaces what is not UTF-8, and its exceptions repeat the text.
   *
   * @param part what the part is called in an error, such as "the password"
   */
  static String decode(String part, String text) {
    if (text.indexOf('%') < 0) return text;
    byte[] encoded = text.getBytes(UTF_8);
    var decoded = new ByteArrayOutputStream(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] == '%') {
        decoded.write(octet(part, encoded, i + 1));
        i += 2;
      } else {
        decoded.write(encoded[i]);
      }
    }
    return utf8(part, decoded.toByteArray());
  }

  private static int octet(String part, byte[] encoded, int at) {
    int high = at + 1 < encoded.length ? digit(encoded[at]) : -1;
    int low = at + 1 < encoded.length ? digit(encoded[at + 1]) : -1;
    if (high < 0 || low < 0) {
      throw malformed(part + " holds a % that two hexadecimal digits do not follow");
    }
    if (high == 0 && low == 0) throw malformed(part + " holds %00, which PostgreSQL cannot take");
    return high * 16 + low;
  }

  /** Accepts ASCII digits only: Character.digit alone knows those of every script. */
  private static int digit(byte character) {
    return character < 0 ? -1 : Character.digit(character, 16);
  }

  /** Refuses other bytes rather than replacing them: a Java string cannot carry them. */
  private static String utf8(String part, byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed(part + " is not UTF-8 once it is percent-decoded");
    }
  }
}
