package io.vibee.session.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Converts UTF-8 without replacement characters: a text that cannot be kept as it is causes an
 * error.
 */
final class Utf8 {
  private Utf8() {}

  /** Throws an {@link IllegalArgumentException} without the text if it holds a lone surrogate. */
  static byte[] encode(String text) {
    if (!UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("the text is not valid Unicode");
    }
    return text.getBytes(UTF_8);
  }

  static String decode(byte[] bytes, int start, int end) throws CharacterCodingException {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, end - start)).toString();
  }
}
