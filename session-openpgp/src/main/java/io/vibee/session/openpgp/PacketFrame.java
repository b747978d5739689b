package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.SealException;
import java.nio.ByteBuffer;

/**
 * Where one packet lies, according to its header (RFC 9580, 4.2). Only one way to write each length
 * is accepted, the one that pgcrypto and the sealer use: one meaning must not have two forms.
 *
 * @param tag the packet's type
 * @param start the first byte of its body
 * @param end the byte after its body
 */
record PacketFrame(int tag, int start, int end) {
  static final int PASSPHRASE_SESSION = 3;
  static final int COMPRESSED = 8;
  static final int ENCRYPTED_WITHOUT_MDC = 9;
  static final int LITERAL = 11;
  static final int ENCRYPTED = 18;
  static final int DIGEST = 19;

  /** Reads the header at an offset, for a body that ends before the limit. */
  static PacketFrame read(byte[] bytes, int offset, int limit) throws SealException {
    if (limit - offset < 2) throw Refusal.BROKEN_FORM.exception();
    int header = Byte.toUnsignedInt(bytes[offset]);
    if ((header & 0x80) == 0) throw Refusal.BROKEN_FORM.exception();
    if ((header & 0x40) == 0) throw Refusal.OLD_HEADER.exception();
    int first = Byte.toUnsignedInt(bytes[offset + 1]);
    int start = offset + 2;
    int length = first;
    // 224 to 254 start a partial length; 255 announces four bytes, which no message this small
    // needs.
    if (first >= 224) throw Refusal.INDEFINITE_LENGTH.exception();
    if (first >= 192) {
      if (start == limit) throw Refusal.BROKEN_FORM.exception();
      length = ((first - 192) << 8) + Byte.toUnsignedInt(bytes[start]) + 192;
      start++;
    }
    if (length > limit - start) throw Refusal.BROKEN_FORM.exception();
    return new PacketFrame(header & 0x3f, start, start + length);
  }

  int length() {
    return end - start;
  }

  /** Writes the header of a packet whose body is shorter than 8,384 bytes. */
  static void write(ByteBuffer bytes, int tag, int length) {
    bytes.put((byte) (0xc0 | tag));
    if (length < 192) bytes.put((byte) length);
    else bytes.put((byte) (((length - 192) >> 8) + 192)).put((byte) (length - 192));
  }

  /** Counts a packet's bytes with its header. */
  static int size(int length) {
    return (length < 192 ? 2 : 3) + length;
  }
}
