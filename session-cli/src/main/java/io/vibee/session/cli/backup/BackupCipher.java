package io.vibee.session.cli.backup;

import io.vibee.session.Secret;
import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.cli.terminal.FailedException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import org.bouncycastle.bcpg.BCPGInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PacketTags;
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
 * Encrypts and decrypts a backup: an OpenPGP message under a passphrase, AES-256 with integrity
 * protection, which gpg reads too.
 *
 * @param stretching how much hashing a guess of the passphrase costs, as OpenPGP encodes it
 */
public record BackupCipher(int stretching) {
  /** The most that OpenPGP's iterated stretching allows: a guess hashes 65,011,712 bytes. */
  public static final BackupCipher STRONGEST = new BackupCipher(0xff);

  private static final int BUFFER = 1 << 16;

  /** Checks the value. */
  public BackupCipher {
    if (stretching < 0 || stretching > 0xff) throw new IllegalArgumentException("one octet");
  }

  /** Reads the clear text to its end; what it found counts only if the message was whole. */
  interface Reading {
    void from(InputStream clear) throws IOException;
  }

  /** Writes the clear text. */
  public interface Writing {
    void to(OutputStream clear) throws IOException;
  }

  /** Encrypts what is written into a file. */
  public void encrypt(OutputStream file, Secret passphrase, Writing writing) throws IOException {
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
   * Decrypts a message and checks that nothing in it was changed or cut off, and that the file ends
   * with it. White space may follow an armored one, such as the line break that ends a text.
   *
   * @throws FailedException if it cannot be decrypted, for whatever reason
   */
  static void decrypt(InputStream file, Secret passphrase, Reading reading) {
    try {
      InputStream packets = PGPUtil.getDecoderStream(file);
      PGPPBEEncryptedData message = message(packets);
      InputStream decrypted =
          message.getDataStream(
              new BcPBEDataDecryptorFactory(
                  passphrase.exposeSecret().toCharArray(), new BcPGPDigestCalculatorProvider()));
      InputStream content = uncompressed(decrypted);
      InputStream clear = literal(content);
      reading.from(clear);
      clear.transferTo(OutputStream.nullOutputStream());
      boolean alone = content.read() < 0 && decrypted.read() < 0;
      if (!message.verify()) throw damaged();
      if (!alone || packets.read() >= 0 || !isBlank(file)) throw followed();
    } catch (FailedException e) {
      throw e;
    } catch (PGPException | IOException | RuntimeException e) {
      // Bouncy Castle answers damaged bytes with exceptions of many kinds.
      throw damaged();
    }
  }

  private static PGPPBEEncryptedData message(InputStream packets) throws IOException {
    if (new BcPGPObjectFactory(packets).nextObject() instanceof PGPEncryptedDataList list
        && list.size() == 1
        && list.get(0) instanceof PGPPBEEncryptedData message
        && message.isIntegrityProtected()) {
      return message;
    }
    throw damaged();
  }

  /** Ours is not compressed; one that somebody encrypted again by gpg is. */
  private static InputStream uncompressed(InputStream decrypted) throws IOException, PGPException {
    BCPGInputStream packets = new BCPGInputStream(decrypted);
    return packets.nextPacketTag() == PacketTags.COMPRESSED_DATA
        ? new BCPGInputStream(new PGPCompressedData(packets).getDataStream())
        : packets;
  }

  private static InputStream literal(InputStream packets) throws IOException {
    if (new BcPGPObjectFactory(packets).nextObject() instanceof PGPLiteralData literal) {
      return literal.getInputStream();
    }
    throw damaged();
  }

  /** Tells whether only white space is left; after a binary message nothing is left to read. */
  private static boolean isBlank(InputStream rest) throws IOException {
    for (int next = rest.read(); next >= 0; next = rest.read()) {
      if (" \t\r\n".indexOf(next) < 0) return false;
    }
    return true;
  }

  private static FailedException followed() {
    return new FailedException(
        Reason.UNREADABLE,
        "the backup was changed: something follows its end, which no export writes; nothing was"
            + " changed in the database");
  }

  private static FailedException damaged() {
    return new FailedException(
        Reason.UNREADABLE,
        "the backup cannot be decrypted: the passphrase is another one, or the file is damaged, cut"
            + " off or no backup; nothing was changed");
  }
}
