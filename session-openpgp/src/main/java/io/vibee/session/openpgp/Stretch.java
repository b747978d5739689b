package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.SealException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a message says that its key is derived from the passphrase: a cipher, which takes a key of
 * some length, and the string-to-key specifier of RFC 9580, 3.7.1.
 *
 * @param cipher what the key is for
 * @param mode 0 hashes the text, 1 hashes it with a salt, 3 does so repeatedly
 * @param digest the hash function's number in messages
 * @param salt the salt's eight bytes; 0 in mode 0
 * @param count the coded number of bytes to hash; 0 in modes 0 and 1
 */
record Stretch(AesCipher cipher, int mode, int digest, long salt, int count) {
  /** Bytes of what {@link #write} writes. */
  static final int WRITTEN = 12;

  private static final int SIMPLE = 0;
  private static final int SALTED = 1;
  private static final int ITERATED = 3;

  private static final int SHA1 = 2;
  private static final int SHA256 = 8;
  private static final int SHA384 = 9;
  private static final int SHA512 = 10;

  /** Start of the range that pgcrypto picks from by default, at random: 65,536 to 253,952 bytes. */
  private static final int FIRST_FOR_PASSPHRASE = 0x60;

  private static final int PASSPHRASE_COUNTS = 32;

  /** 1,024 bytes, the least: no stretching makes 256 random bits harder to guess. */
  private static final int FOR_RANDOM_KEY = 0;

  /** 1,048,576 bytes, as session_hash_is_sealed allows; 0xff would ask for 65,011,712. */
  private static final int HIGHEST = 0xa0;

  /** Picks a new salt, and the amount of work that the key needs. */
  static Stretch forWriting(boolean randomKey, SecureRandom random) {
    int count =
        randomKey ? FOR_RANDOM_KEY : FIRST_FOR_PASSPHRASE + random.nextInt(PASSPHRASE_COUNTS);
    return new Stretch(AesCipher.AES_256, ITERATED, SHA256, random.nextLong(), count);
  }

  /** Reads cipher and specifier, and leaves any bytes after them unread. */
  static Stretch read(ByteBuffer body) throws SealException {
    AesCipher cipher = AesCipher.of(unsigned(body));
    int mode = unsigned(body);
    int digest = unsigned(body);
    long salt = 0;
    int count = 0;
    switch (mode) {
      case SIMPLE -> {}
      case SALTED -> salt = salt(body);
      case ITERATED -> {
        salt = salt(body);
        count = unsigned(body);
      }
      default -> throw Refusal.S2K_MODE.exception();
    }
    if (algorithm(digest) == null) throw Refusal.S2K_DIGEST.exception();
    if (count > HIGHEST) throw Refusal.S2K_COUNT.exception();
    return new Stretch(cipher, mode, digest, salt, count);
  }

  private static int unsigned(ByteBuffer body) throws SealException {
    if (!body.hasRemaining()) throw Refusal.BROKEN_FORM.exception();
    return Byte.toUnsignedInt(body.get());
  }

  private static long salt(ByteBuffer body) throws SealException {
    if (body.remaining() < Long.BYTES) throw Refusal.BROKEN_FORM.exception();
    return body.getLong();
  }

  private static @Nullable String algorithm(int digest) {
    return switch (digest) {
      case SHA1 -> "SHA-1";
      case SHA256 -> "SHA-256";
      case SHA384 -> "SHA-384";
      case SHA512 -> "SHA-512";
      default -> null;
    };
  }

  /** Writes what {@link #forWriting} made. */
  void write(ByteBuffer message) {
    message.put((byte) cipher.tag()).put((byte) mode).put((byte) digest);
    message.putLong(salt).put((byte) count);
  }

  /** Whether {@link #forWriting} could have made this; it never asks for more work. */
  boolean isWrittenBySealer(boolean randomKey) {
    return cipher == AesCipher.AES_256
        && mode == ITERATED
        && digest == SHA256
        && (randomKey
            ? count == FOR_RANDOM_KEY
            : count >= FIRST_FOR_PASSPHRASE && count < FIRST_FOR_PASSPHRASE + PASSPHRASE_COUNTS);
  }

  /** Derives the cipher's key. */
  CipherKey derive(byte[] passphrase) {
    byte[] once = hashedOnce(passphrase);
    byte[] key = new byte[0];
    try {
      MessageDigest hash = MessageDigest.getInstance(String.valueOf(algorithm(digest)));
      // A digest shorter than the key is followed by one over a zero more in front, and so on.
      for (int zeros = 0; key.length < cipher.keyBytes(); zeros++) {
        hash.update(new byte[zeros]);
        key = longer(key, hash(hash, once));
      }
      return new CipherKey(key, 0, cipher.keyBytes());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks a digest of OpenPGP", e);
    } finally {
      Arrays.fill(once, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  private byte[] hashedOnce(byte[] passphrase) {
    if (mode == SIMPLE) return passphrase.clone();
    return ByteBuffer.allocate(Long.BYTES + passphrase.length)
        .putLong(salt)
        .put(passphrase)
        .array();
  }

  /** Hashes the bytes at least once in full, and again, cut where the count ends. */
  private byte[] hash(MessageDigest hash, byte[] once) {
    int total = mode == ITERATED ? (16 + (count & 15)) << ((count >> 4) + 6) : 0;
    hash.update(once);
    for (int left = total - once.length; left > 0; left -= once.length) {
      hash.update(once, 0, Math.min(left, once.length));
    }
    byte[] result = hash.digest();
    hash.reset(); // wipes what it keeps of the passphrase
    return result;
  }

  private static byte[] longer(byte[] key, byte[] more) {
    byte[] both = Arrays.copyOf(key, key.length + more.length);
    System.arraycopy(more, 0, both, key.length, more.length);
    Arrays.fill(key, (byte) 0);
    Arrays.fill(more, (byte) 0);
    return both;
  }

  /**
   * Compares by hand, like {@link #hashCode}: what a record generates costs a process its start.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Stretch stretch
        && salt == stretch.salt
        && cipher == stretch.cipher
        && mode == stretch.mode
        && digest == stretch.digest
        && count == stretch.count;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(salt) * 31 + (cipher.tag() << 24 | mode << 16 | digest << 8 | count);
  }
}
