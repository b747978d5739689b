package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.SealException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.operator.PGPDataDecryptor;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of the forms that pgcrypto writes, as far as they are safe; {@link Refusal} lists
 * what is not. The outer form is checked first, then all is decrypted, then the digest over it is
 * compared, and only then is a byte of it looked at.
 *
 * <p>Bouncy Castle does the cryptography; the packets are read here, where one form of each is
 * accepted and every length is checked against what is there.
 */
final class MessageReader {
  private static final int BLOCK = 16;

  /** Random bytes of one block, the last two of them once more. */
  private static final int PREFIX = BLOCK + 2;

  /** The digest's packet: two bytes of header, the SHA-1 over everything before it. */
  private static final int SHA1 = 20;

  private MessageReader() {}

  static LiteralText read(byte[] message, SealingKey key) throws SealException {
    return read(message, OuterForm.of(message), key);
  }

  /** Reads a message whose form was checked. */
  static LiteralText read(byte[] message, OuterForm form, SealingKey key) throws SealException {
    int length = message.length - form.dataStart();
    if (length < PREFIX + 2 + SHA1) throw Refusal.BROKEN_FORM.exception();
    byte[] plain = new byte[length];
    try {
      if (!decrypt(message, form, key, plain)) throw Refusal.CHANGED.exception();
      return LiteralText.read(plain, PREFIX, length - SHA1 - 2);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /** True if all of the message is there and as it was written with this key. */
  private static boolean decrypt(byte[] message, OuterForm form, SealingKey key, byte[] plain) {
    try {
      PGPDataDecryptor decryptor = decryptor(message, form, key);
      if (decryptor == null) return false;
      var encrypted = new ByteArrayInputStream(message, form.dataStart(), plain.length);
      int count = decryptor.getInputStream(encrypted).readNBytes(plain, 0, plain.length);
      return count == plain.length && isWhole(plain, decryptor.getIntegrityCalculator());
    } catch (PGPException | IOException | RuntimeException e) {
      // Nothing that passed the check of its form should get here; whatever does is no message.
      return false;
    }
  }

  private static @Nullable PGPDataDecryptor decryptor(
      byte[] message, OuterForm form, SealingKey key) throws PGPException {
    byte[] derived = key.derive(form.cipher(), form.stretch());
    if (!form.hasSessionKey()) return key.decryptor(form.cipher(), derived);
    byte[] encrypted = Arrays.copyOfRange(message, form.sessionKeyStart(), form.sessionKeyEnd());
    byte[] session = key.sessionKey(form.cipher(), derived, encrypted);
    for (AesCipher cipher : AesCipher.values()) {
      if (session[0] == cipher.tag() && session.length == 1 + cipher.keyBytes()) {
        return key.decryptor(cipher, Arrays.copyOfRange(session, 1, session.length));
      }
    }
    return null;
  }

  private static boolean isWhole(byte[] plain, PGPDigestCalculator sha1) throws IOException {
    int digestStart = plain.length - SHA1;
    sha1.getOutputStream().write(plain, 0, digestStart);
    byte[] found = Arrays.copyOfRange(plain, digestStart, plain.length);
    // The digest decides; the rest is what whoever made the digest must have written too.
    return MessageDigest.isEqual(sha1.getDigest(), found)
        && plain[digestStart - 2] == (byte) 0xd3
        && plain[digestStart - 1] == SHA1
        && plain[BLOCK] == plain[BLOCK - 2]
        && plain[BLOCK + 1] == plain[BLOCK - 1];
  }
}
