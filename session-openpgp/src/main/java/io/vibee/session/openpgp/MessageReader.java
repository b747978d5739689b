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
 * Reads messages in the forms that pgcrypto writes, as far as they are safe; {@link Refusal} lists
 * what is refused. Checks the outer form first, then decrypts everything and compares the digest
 * over it, and only then looks at any byte of the content.
 *
 * <p>Bouncy Castle does the cryptography. The packets are parsed here, which accepts one form of
 * each and checks every length against the bytes that are there.
 */
final class MessageReader {
  private static final int BLOCK = 16;

  /** One block of random bytes, followed by its last two bytes again. */
  private static final int PREFIX = BLOCK + 2;

  /** Bytes of the digest: SHA-1, in a packet with two bytes of header. */
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

  /** Decrypts the message; false if it is incomplete, changed, or encrypted with another key. */
  private static boolean decrypt(byte[] message, OuterForm form, SealingKey key, byte[] plain) {
    try {
      PGPDataDecryptor decryptor = decryptor(message, form, key);
      if (decryptor == null) return false;
      var encrypted = new ByteArrayInputStream(message, form.dataStart(), plain.length);
      int count = decryptor.getInputStream(encrypted).readNBytes(plain, 0, plain.length);
      return count == plain.length && isWhole(plain, decryptor.getIntegrityCalculator());
    } catch (PGPException | IOException | RuntimeException e) {
      // Should not happen once the form was checked; whatever gets here is no message.
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
    // The digest decides; whoever could forge it could have written the rest too.
    return MessageDigest.isEqual(sha1.getDigest(), found)
        && plain[digestStart - 2] == (byte) 0xd3
        && plain[digestStart - 1] == SHA1
        && plain[BLOCK] == plain[BLOCK - 2]
        && plain[BLOCK + 1] == plain[BLOCK - 1];
  }
}
