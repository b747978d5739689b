package io.vibee.session.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Builds messages, valid and hostile, byte by byte after RFC 9580 with nothing but the JDK; shares
 * no code with what it tests.
 */
final class Forge {
  static final byte[] SALT = {1, 2, 3, 4, 5, 6, 7, 8};

  private Forge() {}

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
    return bytes;
  }

  static byte[] packet(int tag, byte[]... body) {
    byte[] content = TestKeys.join(body);
    int n = content.length;
    byte[] length =
        n < 192
            ? bytes(n)
            : n < 8384
                ? bytes(192 + ((n - 192) >> 8), n - 192)
                : bytes(255, n >> 24, n >> 16, n >> 8, n);
    return TestKeys.join(bytes(0xc0 | tag), length, content);
  }

  /** The passphrase packet that a sealer writes for a random key. */
  static byte[] session() {
    return session(9, 8, 0);
  }

  static byte[] session(int cipher, int digest, int count) {
    return packet(3, bytes(4, cipher, 3, digest), SALT, bytes(count));
  }

  static byte[] literal(String name, String text) {
    return literal('u', name, text.getBytes(UTF_8));
  }

  static byte[] literal(char format, String name, byte[] text) {
    return packet(11, bytes(format, name.length()), name.getBytes(UTF_8), new byte[4], text);
  }

  /** A message as a sealer writes it, with something else inside. */
  static byte[] message(String key, byte[] inside) {
    return TestKeys.join(session(), packet(18, bytes(1), encrypted(key, inside)));
  }

  static byte[] encrypted(String key, byte[] inside) {
    byte[] start = prefix();
    byte[] hashed = TestKeys.join(start, inside, bytes(0xd3, 20));
    return cfb(derive(key), TestKeys.join(hashed, digest("SHA-1", hashed)));
  }

  static byte[] prefix() {
    byte[] random = new byte[16];
    new Random(7).nextBytes(random);
    return TestKeys.join(random, bytes(random[14], random[15]));
  }

  /** Salted and iterated SHA-256 over the least count. */
  static byte[] derive(String key) {
    byte[] once = TestKeys.join(SALT, key.getBytes(UTF_8));
    byte[] all = new byte[Math.max(1024, once.length)];
    for (int i = 0; i < all.length; i++) all[i] = once[i % once.length];
    return digest("SHA-256", all);
  }

  static byte[] cfb(byte[] key, byte[] plain) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
      return cipher.doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] digest(String name, byte[] bytes) {
    try {
      return MessageDigest.getInstance(name).digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] flipped(byte[] bytes, int bit) {
    byte[] copy = Arrays.copyOf(bytes, bytes.length);
    copy[bit / 8] ^= (byte) (1 << bit % 8);
    return copy;
  }
}
