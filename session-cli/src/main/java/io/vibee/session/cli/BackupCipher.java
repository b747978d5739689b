package io.vibee.session.cli;

import io.vibee.session.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;

/**
 * An OpenPGP message under a passphrase: AES-256 with integrity protection, so that gpg reads it
 * too.
 *
 * @param stretching how much hashing a guess of the passphrase costs, as OpenPGP encodes it
 */
record BackupCipher(int stretching) {
  /** The most that OpenPGP's iterated stretching has: 65,011,712 bytes of hashing for a guess. */
  static final BackupCipher STRONGEST = new BackupCipher(0xff);

  private static final int BUFFER = 1 << 16;

  BackupCipher {
    if (stretching < 0 || stretching > 0xff) throw new IllegalArgumentException("one octet");
  }

  /** What reads the clear text, to its end; what it gives counts only if the message was whole. */
  interface Reading {
    void from(InputStream clear) throws IOException;
  }

  /** What writes the clear text. */
  interface Writing {
    void to(OutputStream clear) throws IOException;
  }

  void encrypt(OutputStream file, Secret passphrase, Writing writing) throws IOException {
    PGPEncryptedDataGenerator generator =
        new PGPEncryptedDataGenerator(
            new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                .setWithIntegrityPacket(true)
                .setSecureRandom(new SecureRandom()));
    try {
      generator.addMethod(
          new BcPBEKeyEncryptionMethodGenerator(
              passphrase.exposeSecret().toCharArray(),
              new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA256),
              stretching));
      try (OutputStream message = generator.open(file, new byte[BUFFER]);
          OutputStream clear =
              new PGPLiteralDataGenerator()
                  .open(
                      message,
                      PGPLiteralData.BINARY,
                      "sessions.jsonl",
                      PGPLiteralData.NOW,
                      new byte[BUFFER])) {
        writing.to(clear);
      }
    } catch (PGPException e) {
      throw new IOException("encrypting", e);
    }
  }

  /**
   * Decrypts a message and checks that nothing in it was changed or cut off.
   *
   * @throws FailedException if it cannot be decrypted, for whatever reason
   */
  static void decrypt(InputStream file, Secret passphrase, Reading reading) {
    try {
      PGPPBEEncryptedData message = message(file);
      InputStream clear =
          literal(
              message.getDataStream(
                  new BcPBEDataDecryptorFactory(
                      passphrase.exposeSecret().toCharArray(),
                      new BcPGPDigestCalculatorProvider())));
      reading.from(clear);
      clear.transferTo(OutputStream.nullOutputStream());
      if (!message.verify()) throw damaged();
    } catch (FailedException e) {
      throw e;
    } catch (PGPException | IOException | RuntimeException e) {
      // Bouncy Castle answers damaged bytes by exceptions of many kinds.
      throw damaged();
    }
  }

  private static PGPPBEEncryptedData message(InputStream file) throws IOException {
    if (new BcPGPObjectFactory(PGPUtil.getDecoderStream(file)).nextObject()
            instanceof PGPEncryptedDataList list
        && list.size() == 1
        && list.get(0) instanceof PGPPBEEncryptedData message
        && message.isIntegrityProtected()) {
      return message;
    }
    throw damaged();
  }

  /** Ours is not compressed; one that somebody encrypted again by gpg is. */
  private static InputStream literal(InputStream decrypted) throws IOException, PGPException {
    Object content = new BcPGPObjectFactory(decrypted).nextObject();
    if (content instanceof PGPCompressedData compressed) {
      content = new BcPGPObjectFactory(compressed.getDataStream()).nextObject();
    }
    if (content instanceof PGPLiteralData literal) return literal.getInputStream();
    throw damaged();
  }

  private static FailedException damaged() {
    return new FailedException(
        ExitCode.UNREADABLE,
        "the backup cannot be decrypted: the passphrase is another one, or the file is damaged, cut"
            + " off or no backup; nothing was changed");
  }
}
