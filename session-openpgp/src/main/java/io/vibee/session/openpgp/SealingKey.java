package io.vibee.session.openpgp;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Derives the cipher keys of messages from a master key, and remembers them.
 *
 * <p>A process writes all its messages with one salt, so one derivation is enough for writing, and
 * one for reading everything that another process wrote. This costs no security. A salt stops an
 * attacker from preparing tables for all messages in the world, and from trying one guess on
 * several keys at once; here all rows have the same key anyway, and the attacker needs only one of
 * them. Nor does the cipher need a new key: each message starts with 16 random bytes, encrypted,
 * which make its stream unique as an IV would; a collision is to be expected after some 2^64
 * messages. All that the shared salt reveals is which rows one process wrote.
 *
 * <p>Thread-safe. Finding a remembered key takes no lock.
 */
final class SealingKey {
  /** Enough for a few hundred agents and as many restarts; some 2 MB with their ciphers. */
  private static final int REMEMBERED = 1024;

  private final MasterKey key;
  private final String fingerprint;
  private final boolean keyIsRandom;
  private final SecureRandom random = new SecureRandom();
  private final transient Map<Stretch, CipherKey> derived = new ConcurrentHashMap<>(); // keys
  private final Queue<Stretch> oldestFirst = new ArrayDeque<>();
  private final AtomicLong derivations = new AtomicLong();
  private volatile @Nullable Stretch forWriting;

  SealingKey(MasterKey key) {
    this.key = key;
    this.fingerprint = key.fingerprint();
    this.keyIsRandom = key.isRandom();
  }

  boolean isOf(MasterKey other) {
    return key.equals(other);
  }

  boolean isRandom() {
    return keyIsRandom;
  }

  String fingerprint() {
    return fingerprint;
  }

  SecureRandom random() {
    return random;
  }

  Stretch forWriting() {
    Stretch known = forWriting;
    return known == null ? pickForWriting() : known;
  }

  private synchronized Stretch pickForWriting() {
    Stretch picked = forWriting;
    if (picked == null) {
      picked = Stretch.forWriting(keyIsRandom, random);
      forWriting = picked;
    }
    return picked;
  }

  /** Returns the key of messages with this stretch. */
  CipherKey derive(Stretch stretch) {
    CipherKey known = derived.get(stretch);
    if (known != null) return known;
    // Outside the lock: if two threads derive the same key, both results are right.
    derivations.incrementAndGet();
    byte[] passphrase = Utf8.encode(key.text().exposeSecret());
    try {
      CipherKey made = stretch.derive(passphrase);
      remember(stretch, made);
      return made;
    } finally {
      Arrays.fill(passphrase, (byte) 0);
    }
  }

  private synchronized void remember(Stretch stretch, CipherKey made) {
    if (derived.put(stretch, made) != null) return;
    oldestFirst.add(stretch);
    if (oldestFirst.size() > REMEMBERED) derived.remove(oldestFirst.remove());
  }

  /** Counts derivations, for tests that measure work. */
  long derivations() {
    return derivations.get();
  }
}
