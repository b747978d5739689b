package io.vibee.session.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.bcpg.ContainedPacket;
import org.bouncycastle.bcpg.S2K;
import org.bouncycastle.bcpg.SymmetricKeyEncSessionPacket;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.PGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.jspecify.annotations.Nullable;

/**
 * One way to encrypt with Bouncy Castle, numbers as in messages, and what becomes of its message
 * here.
 *
 * @param cipher encrypts the text
 * @param wrapper encrypts the session key, or is 0 for a message that has none
 */
record BouncyCastleOptions(
    int cipher, int wrapper, int mode, int digest, int count, boolean withoutMdc) {
  /** IDEA, 3DES, CAST5, Blowfish, AES of three lengths, Twofish, Camellia of three lengths. */
  private static final List<Integer> CIPHERS = List.of(1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 13);

  /** MD5, SHA-1, RIPEMD-160, SHA-2 of four lengths. */
  private static final List<Integer> DIGESTS = List.of(1, 2, 3, 8, 9, 10, 11);

  private static final Set<Integer> GOOD_CIPHERS = Set.of(7, 8, 9);
  private static final Set<Integer> GOOD_DIGESTS = Set.of(2, 8, 9, 10);
  private static final byte[] SALT = {-1, 0, 1, 127, -128, 5, 6, 7};

  static List<BouncyCastleOptions> all() {
    List<BouncyCastleOptions> all = new ArrayList<>();
    for (int cipher : CIPHERS) {
      for (int wrapper : new int[] {0, 7, 8, 9}) {
        for (int mode : new int[] {0, 1, 3}) {
          for (int digest : DIGESTS) {
            all.add(new BouncyCastleOptions(cipher, wrapper, mode, digest, 0, false));
            all.add(new BouncyCastleOptions(cipher, wrapper, mode, digest, 0, true));
          }
        }
      }
    }
    return all;
  }

  /** Returns why the message is refused; null if it is read. */
  @Nullable Refusal refusal() {
    if (withoutMdc) return Refusal.NO_MDC;
    // With a session key, the cipher of the text shows only after decryption.
    if (wrapper == 0 && !GOOD_CIPHERS.contains(cipher)) return Refusal.CIPHER;
    if (!GOOD_DIGESTS.contains(digest)) return Refusal.S2K_DIGEST;
    return GOOD_CIPHERS.contains(cipher) ? null : Refusal.CHANGED;
  }

  byte[] encrypt(String name, byte[] text, String passphrase) throws PGPException, IOException {
    return encrypt(literal(name, text), passphrase);
  }

  /** Encrypts packets, whatever they are. */
  byte[] encrypt(byte[] inside, String passphrase) throws PGPException, IOException {
    PGPEncryptedDataGenerator generator =
        new PGPEncryptedDataGenerator(
            new BcPGPDataEncryptorBuilder(cipher).setWithIntegrityPacket(!withoutMdc));
    generator.setForceSessionKey(wrapper != 0);
    generator.addMethod(new Passphrase(passphrase));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream body = generator.open(bytes, inside.length)) {
      body.write(inside);
    }
    return bytes.toByteArray();
  }

  static byte[] literal(String name, byte[] text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    char format = "btu".charAt(text.length % 3);
    try (OutputStream body =
        new PGPLiteralDataGenerator()
            .open(bytes, format, name, text.length, Date.from(Instant.ofEpochSecond(1)))) {
      body.write(text);
    }
    return bytes.toByteArray();
  }

  private S2K stretch() {
    return switch (mode) {
      case 0 -> S2K.simpleS2K(digest);
      case 1 -> S2K.saltedS2K(digest, SALT);
      default -> S2K.saltedAndIteratedS2K(digest, SALT, count);
    };
  }

  /** Bouncy Castle's own knows iterated stretching only. */
  private final class Passphrase extends BcPBEKeyEncryptionMethodGenerator {
    private final String passphrase;

    Passphrase(String passphrase) {
      super(new char[0]);
      this.passphrase = passphrase;
    }

    @Override
    public byte[] getKey(int algorithm) throws PGPException {
      return new BcPBEDataDecryptorFactory(
              passphrase.toCharArray(), new BcPGPDigestCalculatorProvider())
          .makeKeyFromPassPhrase(algorithm, stretch());
    }

    @Override
    public ContainedPacket generate(PGPDataEncryptorBuilder builder, byte @Nullable [] session)
        throws PGPException {
      if (session == null) {
        return SymmetricKeyEncSessionPacket.createV4Packet(cipher, stretch(), null);
      }
      byte[] named = TestKeys.join(Forge.bytes(cipher), session);
      return SymmetricKeyEncSessionPacket.createV4Packet(
          wrapper, stretch(), encryptSessionInfo(wrapper, getKey(wrapper), named));
    }
  }
}
