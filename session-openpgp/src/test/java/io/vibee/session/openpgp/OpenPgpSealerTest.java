package io.vibee.session.openpgp;

import static io.vibee.session.openpgp.TestKeys.ROW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.seal.SealException;
import io.vibee.session.jdbc.testing.Canary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class OpenPgpSealerTest {
  private static final Secret HASH = Secret.of(Canary.API_HASH);
  private final MasterKey key = TestKeys.random();
  private final OpenPgpSealer sealer = TestKeys.sealer(key);

  @Test
  void opensWhatItSealed() throws SealException {
    Random random = new Random(3);
    for (int length = 1; length <= 255; length++) {
      Secret hash = hash(random, length);
      byte[] message = sealer.seal(hash, ROW, key.fingerprint());
      assertThat(message.length).isLessThanOrEqualTo(2048);
      assertThat(sealer.open(message, ROW, key.fingerprint())).isEqualTo(hash);
    }
  }

  private static Secret hash(Random random, int length) {
    int[] letters = {'a', 'Z', '0', '$', 'ü', '漢', 0x1f422, '\\', '%'};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) text.appendCodePoint(letters[random.nextInt(letters.length)]);
    return Secret.of(text.toString());
  }

  @Test
  void writesOneFormOnly() {
    for (int i = 0; i < 100; i++) {
      String message = hex(sealer.seal(HASH, ROW, key.fingerprint()));
      assertThat(message).matches("c30d04090308[0-9a-f]{16}00d28501[0-9a-f]{264}");
    }
  }

  @Test
  void stretchesAPassphraseAsPgcryptoDoes() {
    for (int i = 0; i < 20; i++) {
      Stretch stretch = new SealingKey(TestKeys.passphrase()).forWriting();
      assertThat(stretch.count()).isBetween(0x60, 0x7f);
    }
  }

  @Test
  void readsAMessageOfAnEarlierRelease() throws SealException {
    // Fixed bytes: whatever changes here, what is stored must stay readable.
    byte[] stored = Forge.message(Canary.MASTER_KEY, Forge.literal(BOUND, Canary.API_HASH));
    assertThat(sealer.open(stored, ROW, key.fingerprint())).isEqualTo(HASH);
  }

  /** Computed with Python from the description of {@link RowBinding}. */
  private static final String BOUND = "vibee1.1.s3ClVL3g1DxdKNYjChNUakZbJ4h9iVhLekXvhnJZAyY";

  @Test
  void derivesOnceForAllMessagesOfAProcess() throws SealException {
    SealingKey sealing = new SealingKey(TestKeys.passphrase());
    for (int i = 0; i < 1000; i++) {
      byte[] message = MessageWriter.write("", new byte[] {'x'}, sealing);
      MessageReader.read(message, sealing);
    }
    assertThat(sealing.derivations()).isEqualTo(1);
  }

  @Test
  void remembersNoMoreThan1024Derivations() throws SealException {
    SealingKey reader = new SealingKey(TestKeys.random());
    byte[] first = MessageWriter.write("", new byte[] {'x'}, new SealingKey(TestKeys.random()));
    MessageReader.read(first, reader);
    for (int i = 0; i < 1023; i++) {
      MessageReader.read(
          MessageWriter.write("", new byte[] {'x'}, new SealingKey(TestKeys.random())), reader);
    }
    MessageReader.read(first, reader);
    assertThat(reader.derivations()).isEqualTo(1024);
    for (int i = 0; i < 1024; i++) {
      MessageReader.read(
          MessageWriter.write("", new byte[] {'x'}, new SealingKey(TestKeys.random())), reader);
    }
    MessageReader.read(first, reader);
    assertThat(reader.derivations()).isEqualTo(2 * 1024 + 1);
  }

  @Test
  void startsEachMessageDifferently() {
    List<String> starts = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      byte[] message = sealer.seal(HASH, ROW, key.fingerprint());
      starts.add(hex(Arrays.copyOfRange(message, 19, 35)));
    }
    assertThat(starts).doesNotHaveDuplicates();
  }

  @Test
  void refusesAMessageInAnyOtherRow() {
    byte[] message = sealer.seal(HASH, ROW, key.fingerprint());
    for (SealContext other :
        List.of(
            new SealContext("14402250", "4sess_1", 94892, 1),
            new SealContext("144022504", "sess_2", 94892, 1),
            new SealContext("sess_1", "144022504", 94892, 1),
            new SealContext("144022504sess_1", "", 94892, 1),
            new SealContext("144022504", "sess_1", 94893, 1),
            new SealContext("144022504", "sess_1", 1, 94892))) {
      assertThatThrownBy(() -> sealer.open(message, other, key.fingerprint()))
          .isInstanceOf(SealException.class)
          .hasMessage(other.keyVersion() == 1 ? "made for another row" : "made for key version 1");
    }
  }

  @Test
  void usesTheKeyThatIsNamed() throws SealException {
    MasterKey earlier = TestKeys.key(TestKeys.RANDOM_HEX);
    OpenPgpSealer both = TestKeys.sealer(key, earlier);
    byte[] message = both.seal(HASH, ROW, earlier.fingerprint());

    assertThat(both.open(message, ROW, earlier.fingerprint())).isEqualTo(HASH);
    assertThatThrownBy(() -> both.open(message, ROW, key.fingerprint()))
        .isInstanceOf(SealException.class)
        .hasMessage("changed or damaged, or made with another key");
    assertThat(both.fingerprints()).containsExactly(key.fingerprint(), earlier.fingerprint());
    assertThat(both.currentFingerprint()).isEqualTo(key.fingerprint());
  }

  @Test
  void refusesAKeyThatIsNotHeld() {
    byte[] message = sealer.seal(HASH, ROW, key.fingerprint());
    assertThatThrownBy(() -> sealer.seal(HASH, ROW, "0"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sealer.open(message, ROW, "0"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sealsNoTextThatWouldComeBackDifferent() {
    for (String text : List.of("lone\ud83d", "x".repeat(256))) {
      assertThatThrownBy(() -> sealer.seal(Secret.of(text), ROW, key.fingerprint()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesAProviderWithoutKeys() {
    assertThatThrownBy(() -> OpenPgpSealer.of(List::of))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessage("the key provider returned no key");
  }

  @Test
  void servesManyThreads() throws Exception {
    OpenPgpSealer shared = TestKeys.sealer(key, TestKeys.passphrase());
    List<String> fingerprints = shared.fingerprints();
    Callable<Integer> work =
        () -> {
          for (int i = 0; i < 1000; i++) {
            SealContext row = new SealContext("user-" + i, "sess_" + i, i, i);
            String fingerprint = fingerprints.get(i % 2);
            byte[] message = shared.seal(HASH, row, fingerprint);
            assertThat(shared.open(message, row, fingerprint)).isEqualTo(HASH);
          }
          return 1000;
        };
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (Future<Integer> done : threads.invokeAll(java.util.Collections.nCopies(8, work))) {
        assertThat(done.get()).isEqualTo(1000);
      }
    } finally {
      threads.shutdown();
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
