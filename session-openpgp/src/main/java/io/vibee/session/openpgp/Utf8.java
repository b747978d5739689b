package io.vibee.session.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Converts UTF-8 without replacement characters: a text that cannot be kept as it is causes an
 * error.
 */
final class Utf8 {
  private static final char REPLACEMENT = '\ufffd';

  private Utf8() {}

  /** Throws an {@link IllegalArgumentException} without the text if it holds a lone surrogate. */
  static byte[] encode(String text) {
    int at = 0;
    while (at < text.length()) {
      int letter = text.codePointAt(at);
      if (letter >= Character.MIN_SURROGATE && letter <= Character.MAX_SURROGATE) {
        throw new IllegalArgumentException("the text is not valid Unicode");
      }
      at += Character.charCount(letter);
    }
    return text.getBytes(UTF_8);
  }

  static String decode(byte[] bytes, int start, int end) throws CharacterCodingException {
    String text = new String(bytes, start, end - start, UTF_8);
    // Only a text with replacement characters, perhaps its own, needs the slower way that tells,
    // and that leaves another copy of the text in memory.
    return text.indexOf(REPLACEMENT) < 0
        ? text
        : UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, end - start)).toString();
  }
}
