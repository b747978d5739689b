package io.vibee.session.jdbc;

import static io.vibee.session.jdbc.DatabaseUrlProblem.malformed;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Percent-decoding as libpq does it: strict, with {@code +} left alone and {@code %00} refused.
 *
 * <p>{@code java.net.URLDecoder} is not for this: it turns {@code +} into a space, takes {@code
 * %-1} for a byte, replaces what is not UTF-8, and its exceptions repeat the text.
 */
final class PercentDecoder {
  private PercentDecoder() {}

  /**
   * Decodes one part of a URL.
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

  /** Only ASCII digits: Character.digit knows those of every script. */
  private static int digit(byte character) {
    return character < 0 ? -1 : Character.digit(character, 16);
  }

  /** A Java text cannot carry other bytes, so they are refused rather than replaced. */
  private static String utf8(String part, byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed(part + " is not UTF-8 once it is percent-decoded");
    }
  }
}
