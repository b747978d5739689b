package io.vibee.session.openpgp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.bouncycastle.bcpg.ContainedPacket;
import org.bouncycastle.bcpg.SymmetricKeyEncSessionPacket;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.PGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;

/**
 * Writes messages in one form, in hexadecimal {@code c30d04090308 salt count d2 length 01 …}: a
 * passphrase packet for AES-256 with salted and iterated SHA-256 and no session key, and an
 * encrypted packet with integrity protection around one literal text.
 */
final class MessageWriter {
  private static final AesCipher CIPHER = AesCipher.AES_256;

  private MessageWriter() {}

  static byte[] write(String name, byte[] text, SealingKey key) {
    try {
      byte[] literal = literal(name, text);
      byte[] message = encrypt(literal, key);
      Arrays.fill(literal, (byte) 0);
      return message;
    } catch (PGPException | IOException e) {
      // Neither the text nor the key can cause this: both were checked, and nothing is read.
      throw new IllegalStateException("an OpenPGP message could not be written", e);
    }
  }

  private static byte[] literal(String name, byte[] text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // Marked as UTF-8: pgcrypto gives it in whatever encoding the database has. NOW is no date, 0,
    // where a real one would tell when a row was written.
    try (OutputStream body =
        new PGPLiteralDataGenerator()
            .open(bytes, PGPLiteralData.UTF8, name, text.length, PGPLiteralData.NOW)) {
      body.write(text);
    }
    return bytes.toByteArray();
  }

  private static byte[] encrypt(byte[] literal, SealingKey key) throws PGPException, IOException {
    PGPEncryptedDataGenerator generator =
        new PGPEncryptedDataGenerator(
            new BcPGPDataEncryptorBuilder(CIPHER.tag())
                .setWithIntegrityPacket(true)
                .setSecureRandom(key.random()));
    generator.setForceSessionKey(false);
    generator.addMethod(new DerivedKey(key));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream body = generator.open(bytes, literal.length)) {
      body.write(literal);
    }
    return bytes.toByteArray();
  }

  /** Hands the generator a derived key, since it would derive one for each message. */
  private static final class DerivedKey extends BcPBEKeyEncryptionMethodGenerator {
    private final SealingKey key;
    private final Stretch stretch;

    DerivedKey(SealingKey key) {
      super(new char[0]);
      this.key = key;
      this.stretch = key.forWriting();
    }

    @Override
    public byte[] getKey(int cipher) throws PGPException {
      return key.derive(CIPHER, stretch).clone();
    }

    @Override
    public ContainedPacket generate(PGPDataEncryptorBuilder builder, byte[] sessionKey) {
      return SymmetricKeyEncSessionPacket.createV4Packet(CIPHER.tag(), stretch.toS2k(), null);
    }
  }
}
