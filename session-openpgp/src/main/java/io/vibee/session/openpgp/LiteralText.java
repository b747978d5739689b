package io.vibee.session.openpgp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vibee.session.Secret;
import io.vibee.session.jdbc.seal.SealException;
import java.nio.charset.CharacterCodingException;

/**
 * The one packet inside a message (RFC 9580, 5.9): a text, and the name of the file that it would
 * be saved to. pgcrypto ignores the name; here it binds the message to its row.
 *
 * @param name the name, each byte as one character
 * @param text the text
 */
record LiteralText(String name, Secret text) {
  private static final int DATE = 4;

  /** Reads decrypted bytes whose integrity was checked. */
  static LiteralText read(byte[] plain, int offset, int limit) throws SealException {
    PacketFrame packet = frame(plain, offset, limit);
    int nameStart = packet.start() + 2;
    if (packet.length() < 2 + DATE || !isFormat(plain[packet.start()])) {
      throw Refusal.NOT_ONE_TEXT.exception();
    }
    int nameEnd = nameStart + Byte.toUnsignedInt(plain[nameStart - 1]);
    int textStart = nameEnd + DATE;
    if (textStart > packet.end()) throw Refusal.NOT_ONE_TEXT.exception();
    if (textStart == packet.end()) throw Refusal.EMPTY.exception();
    String name = new String(plain, nameStart, nameEnd - nameStart, ISO_8859_1);
    return new LiteralText(name, text(plain, textStart, packet.end()));
  }

  private static PacketFrame frame(byte[] plain, int offset, int limit) throws SealException {
    PacketFrame packet;
    try {
      packet = PacketFrame.read(plain, offset, limit);
    } catch (SealException e) {
      throw Refusal.NOT_ONE_TEXT.exception();
    }
    if (packet.tag() == PacketFrame.COMPRESSED) throw Refusal.COMPRESSED.exception();
    if (packet.tag() != PacketFrame.LITERAL || packet.end() != limit) {
      throw Refusal.NOT_ONE_TEXT.exception();
    }
    return packet;
  }

  private static boolean isFormat(byte format) {
    return format == 'b' || format == 't' || format == 'u';
  }

  private static Secret text(byte[] plain, int start, int end) throws SealException {
    try {
      return Secret.of(Utf8.decode(plain, start, end));
    } catch (CharacterCodingException e) {
      throw Refusal.NOT_UTF8.exception();
    }
  }
}
