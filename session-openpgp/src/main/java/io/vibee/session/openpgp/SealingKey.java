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
 * A master key at work: derives the cipher keys of messages and remembers them.
 *
 * <p>A process writes all its messages with one salt, so one derivation serves for writing, and one
 * for reading whatever another process wrote. Nothing is lost by it. A salt keeps a guesser from
 * preparing tables for all messages of the world, and from trying one guess on several keys at
 * once; here all rows have the same key anyway, and the guesser needs one of them. The cipher asks
 * for no new key either: each message starts with 16 random bytes, encrypted, which make its stream
 * its own as an IV would; two of them meet after some 2^64 messages. All that the shared salt tells
 * is which rows were written by one process.
 *
 * <p>Safe for threads.
 */
final class SealingKey {
  /** For each of some hundred agents with as many restarts; 100 kB at most. */
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

  /** The key of messages with this cipher and stretch; not for changing. */
  byte[] derive(AesCipher cipher, Stretch stretch) throws PGPException {
    Derivation wanted = new Derivation(cipher, stretch);
    synchronized (derived) {
      byte[] known = derived.get(wanted);
      if (known != null) return known;
    }
    // Outside the lock: of two threads that both derive, both are right.
    derivations.incrementAndGet();
    byte[] made = openPgp.makeKeyFromPassPhrase(cipher.tag(), stretch.toS2k());
    synchronized (derived) {
      derived.put(wanted, made);
    }
    return made;
  }

  /** Decrypts a session key: a byte for the cipher, and its key. */
  byte[] sessionKey(AesCipher cipher, byte[] derivedKey, byte[] encrypted) throws PGPException {
    return openPgp.recoverSessionData(cipher.tag(), derivedKey, encrypted);
  }

  PGPDataDecryptor decryptor(AesCipher cipher, byte[] cipherKey) throws PGPException {
    return openPgp.createDataDecryptor(true, cipher.tag(), cipherKey);
  }

  /** How often a key was derived, for tests that count work. */
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
