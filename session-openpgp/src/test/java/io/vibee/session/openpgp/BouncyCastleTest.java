package io.vibee.session.openpgp;

import static io.vibee.session.openpgp.TestKeys.ROW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Secret;
import io.vibee.session.jdbc.seal.SealException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.openpgp.PGPCompressedDataGenerator;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.junit.jupiter.api.Test;

/**
 * Checks that Bouncy Castle, which shares no code with this module, reads what is written here, and
 * that what it writes is read or refused as {@link Refusal} tells.
 */
class BouncyCastleTest {
  /** Of one byte, one block of a digest and its neighbours, and more than the least count. */
  private static final List<String> PASSPHRASES =
      List.of("x", "p".repeat(55), "p".repeat(56), "p".repeat(64), "ü🐢".repeat(512));

  private static final List<String> KEYS =
      List.of(TestKeys.RANDOM_HEX, TestKeys.PASSPHRASE, PASSPHRASES.get(4));
  private static final byte[] TEXT = "made-up-hash".getBytes(UTF_8);
  private static final BouncyCastleOptions USUAL = new BouncyCastleOptions(9, 0, 3, 8, 0, false);

  @Test
  void readsWhatIsSealedHereWithTextsOfEveryLength() throws Exception {
    for (String key : KEYS) {
      OpenPgpSealer sealer = TestKeys.sealer(TestKeys.key(key));
      String fingerprint = sealer.currentFingerprint();
      for (int length = 1; length <= 255; length++) {
        for (String letter : List.of("h", "🐢")) {
          String hash = letter.repeat(length);
          byte[] message = sealer.seal(Secret.of(hash), ROW, fingerprint);
          assertThat(decrypted(message, key)).isEqualTo(hash);
        }
      }
    }
  }

  private static String decrypted(byte[] message, String key) throws PGPException, IOException {
    var packets = new BcPGPObjectFactory(new ByteArrayInputStream(message));
    var encrypted =
        (PGPPBEEncryptedData) ((PGPEncryptedDataList) packets.nextObject()).iterator().next();
    var factory =
        new BcPBEDataDecryptorFactory(key.toCharArray(), new BcPGPDigestCalculatorProvider());
    var inside = new BcPGPObjectFactory(encrypted.getDataStream(factory));
    var literal = (PGPLiteralData) inside.nextObject();
    String text = new String(literal.getInputStream().readAllBytes(), UTF_8);
    assertThat(literal.getFileName()).isEqualTo(RowBinding.name(ROW));
    assertThat(literal.getFormat()).isEqualTo('u');
    assertThat(literal.getModificationTime().toInstant()).isEqualTo(Instant.EPOCH);
    assertThat(inside.nextObject()).as("what follows the text").isNull();
    assertThat(encrypted.verify()).as("the digest").isTrue();
    assertThat(packets.nextObject()).as("what follows the message").isNull();
    return text;
  }

  @Test
  void opensWhatIsWrittenInTheFormOfASealer() throws Exception {
    OpenPgpSealer sealer = TestKeys.sealer(TestKeys.key(TestKeys.RANDOM_HEX));
    for (int length = 1; length <= 255; length++) {
      String hash = "h".repeat(length);
      byte[] message =
          USUAL.encrypt(RowBinding.name(ROW), hash.getBytes(UTF_8), TestKeys.RANDOM_HEX);
      assertThat(sealer.open(message, ROW, sealer.currentFingerprint())).isEqualTo(Secret.of(hash));
    }
  }

  @Test
  void readsOrRefusesEveryCombination() throws Exception {
    SealingKey key = new SealingKey(TestKeys.key(TestKeys.RANDOM_HEX));
    for (BouncyCastleOptions options : BouncyCastleOptions.all()) {
      byte[] message = options.encrypt("name", TEXT, TestKeys.RANDOM_HEX);
      Refusal refusal = options.refusal();
      if (refusal == null) {
        LiteralText read = MessageReader.read(message, key);
        assertThat(read.text()).as("%s", options).isEqualTo(Secret.of("made-up-hash"));
        assertThat(read.name()).as("%s", options).isEqualTo("name");
      } else {
        assertThatThrownBy(() -> MessageReader.read(message, key))
            .as("%s", options)
            .isExactlyInstanceOf(SealException.class)
            .hasMessage(refusal.text());
      }
    }
  }

  @Test
  void stretchesEveryPassphraseInTheSameWay() throws Exception {
    for (String passphrase : PASSPHRASES) {
      SealingKey key = new SealingKey(TestKeys.key(passphrase));
      for (int cipher : new int[] {7, 8, 9}) {
        for (int mode : new int[] {0, 1, 3}) {
          for (int digest : new int[] {2, 8, 9, 10}) {
            assertReads(
                new BouncyCastleOptions(cipher, 0, mode, digest, 7, false), passphrase, key);
          }
        }
      }
    }
  }

  @Test
  void readsEveryCountUpToAMegabyte() throws Exception {
    SealingKey key = new SealingKey(TestKeys.key(TestKeys.RANDOM_HEX));
    for (int count = 0; count <= 0xa0; count++) {
      assertReads(new BouncyCastleOptions(9, 0, 3, 8, count, false), TestKeys.RANDOM_HEX, key);
    }
    assertThat(key.derivations()).isEqualTo(0xa1);
  }

  private static void assertReads(BouncyCastleOptions options, String passphrase, SealingKey key)
      throws Exception {
    byte[] message = options.encrypt("", TEXT, passphrase);
    assertThat(MessageReader.read(message, key).text())
        .as("%s", options)
        .isEqualTo(Secret.of("made-up-hash"));
  }

  @Test
  void unpacksNothing() throws Exception {
    SealingKey key = new SealingKey(TestKeys.key(TestKeys.RANDOM_HEX));
    for (int algorithm = 0; algorithm <= 3; algorithm++) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (OutputStream body = new PGPCompressedDataGenerator(algorithm).open(packed)) {
        body.write(BouncyCastleOptions.literal("", TEXT));
      }
      byte[] message = USUAL.encrypt(packed.toByteArray(), TestKeys.RANDOM_HEX);
      // Its packet has a header of the old format, unlike pgcrypto's.
      assertThatThrownBy(() -> MessageReader.read(message, key))
          .isExactlyInstanceOf(SealException.class)
          .hasMessage(Refusal.NOT_ONE_TEXT.text());
    }
  }
}
