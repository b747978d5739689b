package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.SealException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages in the forms that pgcrypto writes, as far as they are safe; {@link Refusal} lists
 * what is refused. Checks the outer form first, then decrypts everything and compares the digest
 * over it, and only then looks at any byte of the content.
 *
 * <p>The packets are parsed in one form of each, and every length is checked against the bytes that
 * are there.
 */
final class MessageReader {
  /** One block of random bytes, followed by its last two bytes again. */
  static final int PREFIX = CipherKey.BLOCK + 2;

  /** Bytes of the packet at the end of the content: two of header, and the digest. */
  static final int DIGEST_PACKET = 2 + CipherKey.DIGEST;

  private MessageReader() {}

  static LiteralText read(byte[] message, SealingKey key) throws SealException {
    return read(message, OuterForm.of(message), key);
  }

  /** Reads a message whose form was checked. */
  static LiteralText read(byte[] message, OuterForm form, SealingKey key) throws SealException {
    int length = message.length - form.dataStart();
    if (length < PREFIX + DIGEST_PACKET) throw Refusal.BROKEN_FORM.exception();
    CipherKey cipherKey = cipherKey(message, form, key.derive(form.stretch()));
    if (cipherKey == null) throw Refusal.CHANGED.exception();
    byte[] plain = new byte[CipherKey.room(length)];
    try {
      // The digest decides; whoever could forge it could have written the rest too.
      if (!cipherKey.decryptWhole(message, form.dataStart(), length, plain)
          || !isFormed(plain, length - DIGEST_PACKET)) {
        throw Refusal.CHANGED.exception();
      }
      return LiteralText.read(plain, PREFIX, length - DIGEST_PACKET);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * Returns the key of the text: the derived one, or the session key that was encrypted with it.
   */
  private static @Nullable CipherKey cipherKey(byte[] message, OuterForm form, CipherKey derived) {
    if (!form.hasSessionKey()) return derived;
    int length = form.sessionKeyEnd() - form.sessionKeyStart();
    byte[] session = new byte[CipherKey.room(length)];
    derived.decrypt(message, form.sessionKeyStart(), length, session);
    try {
      for (AesCipher cipher : AesCipher.values()) {
        if (session[0] == cipher.tag() && length == 1 + cipher.keyBytes()) {
          return new CipherKey(session, 1, cipher.keyBytes());
        }
      }
      return null;
    } finally {
      Arrays.fill(session, (byte) 0);
    }
  }

  /** Whether prefix and digest are where they should be. */
  private static boolean isFormed(byte[] plain, int digestPacket) {
    return plain[digestPacket] == (byte) (0xc0 | PacketFrame.DIGEST)
        && plain[digestPacket + 1] == CipherKey.DIGEST
        && plain[CipherKey.BLOCK] == plain[CipherKey.BLOCK - 2]
        && plain[CipherKey.BLOCK + 1] == plain[CipherKey.BLOCK - 1];
  }
}
