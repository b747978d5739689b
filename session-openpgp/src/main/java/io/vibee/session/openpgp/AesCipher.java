package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.SealException;

/**
 * The ciphers that messages may use. pgcrypto's others are left out: Blowfish, 3DES and CAST5 have
 * blocks of 64 bits, and not every build has them.
 */
enum AesCipher {
  AES_128(7, 16),
  AES_192(8, 24),
  AES_256(9, 32);

  private final int tag;
  private final int keyBytes;

  AesCipher(int tag, int keyBytes) {
    this.tag = tag;
    this.keyBytes = keyBytes;
  }

  /** The cipher's number in messages, see RFC 9580, 9.3. */
  int tag() {
    return tag;
  }

  int keyBytes() {
    return keyBytes;
  }

  static AesCipher of(int tag) throws SealException {
    for (AesCipher cipher : values()) {
      if (cipher.tag == tag) return cipher;
    }
    throw Refusal.CIPHER.exception();
  }
}
