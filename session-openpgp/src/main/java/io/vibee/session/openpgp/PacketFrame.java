package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.SealException;

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
}
