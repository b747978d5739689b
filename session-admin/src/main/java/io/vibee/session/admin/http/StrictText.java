package io.vibee.session.admin.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Decodes what a client encoded, or says that it cannot; replaces and skips nothing. */
public final class StrictText {
  private StrictText() {}

  /** Decodes UTF-8; returns null if it is not UTF-8. */
  static @Nullable String utf8(byte[] bytes) {
    try {
      // A new decoder reports what it cannot decode, where a new String would replace it.
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /**
   * Decodes percent-encoded UTF-8.
   *
   * @param encoded what the client sent
   * @return the text; null if it is malformed or holds a control character
   */
  public static @Nullable String percentDecoded(String encoded) {
    if (!encoded.chars().allMatch(c -> c > ' ' && c < 0x7f)) return null;
    byte[] bytes = encoded.getBytes(US_ASCII);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        decoded.write(bytes[i]);
        continue;
      }
      if (i + 2 >= bytes.length) return null;
      int high = Character.digit(bytes[++i], 16);
      int low = Character.digit(bytes[++i], 16);
      if (high < 0 || low < 0) return null;
      decoded.write(high << 4 | low);
    }
    String text = utf8(decoded.toByteArray());
    return text == null || text.chars().anyMatch(Character::isISOControl) ? null : text;
  }
}
