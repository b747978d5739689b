package io.vibee.session.openpgp;

import io.vibee.session.jdbc.seal.SealException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Set;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.S2K;

/**
 * How a message says that its key is derived from the passphrase: the string-to-key specifier of
 * RFC 9580, 3.7.1.
 *
 * @param mode 0 hashes the text, 1 hashes it with a salt, 3 does so repeatedly
 * @param digest the hash function's number in messages
 * @param salt the salt's eight bytes; 0 in mode 0
 * @param count the coded number of bytes to hash; 0 in modes 0 and 1
 */
record Stretch(int mode, int digest, long salt, int count) {
  private static final int SIMPLE = 0;
  private static final int SALTED = 1;
  private static final int ITERATED = 3;

  /** Start of the range that pgcrypto picks from by default, at random: 65,536 to 253,952 bytes. */
  private static final int FIRST_FOR_PASSPHRASE = 0x60;

  private static final int PASSPHRASE_COUNTS = 32;

  /** 1,024 bytes, the least: no stretching makes 256 random bits harder to guess. */
  private static final int FOR_RANDOM_KEY = 0;

  /** 1,048,576 bytes, as session_hash_is_sealed allows; 0xff would ask for 65,011,712. */
  private static final int HIGHEST = 0xa0;

  private static final Set<Integer> DIGESTS =
      Set.of(
          HashAlgorithmTags.SHA1,
          HashAlgorithmTags.SHA256,
          HashAlgorithmTags.SHA384,
          HashAlgorithmTags.SHA512);

  /** Picks a new salt, and the amount of work that the key needs. */
  static Stretch forWriting(boolean randomKey, SecureRandom random) {
    int count =
        randomKey ? FOR_RANDOM_KEY : FIRST_FOR_PASSPHRASE + random.nextInt(PASSPHRASE_COUNTS);
    return new Stretch(ITERATED, HashAlgorithmTags.SHA256, random.nextLong(), count);
  }

  /** Reads a specifier, and leaves any bytes after it unread. */
  static Stretch read(ByteBuffer body) throws SealException {
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
    if (!DIGESTS.contains(digest)) throw Refusal.S2K_DIGEST.exception();
    if (count > HIGHEST) throw Refusal.S2K_COUNT.exception();
    return new Stretch(mode, digest, salt, count);
  }

  private static int unsigned(ByteBuffer body) throws SealException {
    if (!body.hasRemaining()) throw Refusal.BROKEN_FORM.exception();
    return Byte.toUnsignedInt(body.get());
  }

  private static long salt(ByteBuffer body) throws SealException {
    if (body.remaining() < Long.BYTES) throw Refusal.BROKEN_FORM.exception();
    return body.getLong();
  }

  /** Whether {@link #forWriting} could have made this; it never asks for more work. */
  boolean isWrittenBySealer(boolean randomKey) {
    return mode == ITERATED
        && digest == HashAlgorithmTags.SHA256
        && (randomKey
            ? count == FOR_RANDOM_KEY
            : count >= FIRST_FOR_PASSPHRASE && count < FIRST_FOR_PASSPHRASE + PASSPHRASE_COUNTS);
  }

  S2K toS2k() {
    byte[] saltBytes = ByteBuffer.allocate(Long.BYTES).putLong(salt).array();
    return switch (mode) {
      case SIMPLE -> S2K.simpleS2K(digest);
      case SALTED -> S2K.saltedS2K(digest, saltBytes);
      default -> S2K.saltedAndIteratedS2K(digest, saltBytes, count);
    };
  }
}
