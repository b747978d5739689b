package io.vibee.session.openpgp;

import io.vibee.session.Secret;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.operator.PGPDataDecryptor;
import org.bouncycastle.openpgp.operator.bc.BcPBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
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
 * <p>Thread-safe.
 */
final class SealingKey {
  /** Enough for a few hundred agents and as many restarts; 100 kB at most. */
  private static final int REMEMBERED = 1024;

  private final MasterKey key;
  private final String fingerprint;
  private final boolean keyIsRandom;
  private final transient BcPBEDataDecryptorFactory openPgp; // has the text of the key
  private final SecureRandom random = new SecureRandom();
  private final transient Map<Derivation, byte[]> derived = new Remembered(); // keys
  private final AtomicLong derivations = new AtomicLong();
  private @Nullable Stretch forWriting;

  SealingKey(MasterKey key) {
    this.key = key;
    this.fingerprint = key.fingerprint();
    this.keyIsRandom = key.isRandom();
    Secret text = key.text();
    this.openPgp =
        new BcPBEDataDecryptorFactory(
            text.exposeSecret().toCharArray(), new BcPGPDigestCalculatorProvider());
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

  synchronized Stretch forWriting() {
    if (forWriting == null) forWriting = Stretch.forWriting(keyIsRandom, random);
    return forWriting;
  }

  /** Returns the key of messages with this cipher and stretch; callers must not change it. */
  byte[] derive(AesCipher cipher, Stretch stretch) throws PGPException {
    Derivation wanted = new Derivation(cipher, stretch);
    synchronized (derived) {
      byte[] known = derived.get(wanted);
      if (known != null) return known;
    }
    // Outside the lock: if two threads derive the same key, both results are right.
    derivations.incrementAndGet();
    byte[] made = openPgp.makeKeyFromPassPhrase(cipher.tag(), stretch.toS2k());
    synchronized (derived) {
      derived.put(wanted, made);
    }
    return made;
  }

  /** Decrypts a session key: one byte for its cipher, then the key itself. */
  byte[] sessionKey(AesCipher cipher, byte[] derivedKey, byte[] encrypted) throws PGPException {
    return openPgp.recoverSessionData(cipher.tag(), derivedKey, encrypted);
  }

  PGPDataDecryptor decryptor(AesCipher cipher, byte[] cipherKey) throws PGPException {
    return openPgp.createDataDecryptor(true, cipher.tag(), cipherKey);
  }

  /** Counts derivations, for tests that measure work. */
  long derivations() {
    return derivations.get();
  }

  private record Derivation(AesCipher cipher, Stretch stretch) {}

  private static final class Remembered extends LinkedHashMap<Derivation, byte[]> {
    private static final long serialVersionUID = 1L;

    Remembered() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Derivation, byte[]> eldest) {
      return size() > REMEMBERED;
    }
  }
}
