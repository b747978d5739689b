package io.vibee.session.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Computes the fingerprint of a key: half of a hash over its text.
 *
 * <p>A random key cannot be found from its hash, so one round of SHA-256 is enough. A passphrase
 * can be guessed, and checking a guess against a message costs at most 250 kB of hashing, some
 * 4,000 blocks of SHA-256. The fingerprint must not be the easier target, so it takes 600,000
 * rounds of PBKDF2, 1,200,000 blocks (OWASP's advice of 2023). It has no salt of its own, since it
 * has to be computable from the text alone.
 */
final class KeyFingerprint {
  private static final byte[] DOMAIN = "vibee-session key fingerprint 1\0".getBytes(UTF_8);
  private static final int BYTES = 16;
  private static final int ROUNDS = 600_000;

  private KeyFingerprint() {}

  static String of(String text, boolean random) {
    try {
      byte[] hash = random ? hashed(text) : stretched(text);
      return HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks SHA-256 or PBKDF2WithHmacSHA256", e);
    }
  }

  private static byte[] hashed(String text) throws GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(DOMAIN);
    byte[] bytes = Utf8.encode(text);
    byte[] hash = sha256.digest(bytes);
    Arrays.fill(bytes, (byte) 0);
    return hash;
  }

  private static byte[] stretched(String text) throws GeneralSecurityException {
    // The JDK's algorithm encodes the characters as UTF-8.
    PBEKeySpec spec = new PBEKeySpec(text.toCharArray(), DOMAIN, ROUNDS, BYTES * 8);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } finally {
      spec.clearPassword();
    }
  }
}
