package io.vibee.session.openpgp;

import static io.vibee.session.openpgp.TestKeys.ROW;
import static io.vibee.session.openpgp.TestKeys.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.jdbc.seal.SealException;
import io.vibee.session.jdbc.testing.Canary;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that a message is refused, and never read as another text, whatever is done to it. */
class MutationTest {
  private static final int SESSION = 15;
  private final Random random = new Random(20261122);

  /** Messages that take different paths through the reader. */
  @SuppressWarnings("ImmutableEnumChecker")
  enum Sample {
    RANDOM_KEY(TestKeys.random(), Canary.API_HASH),
    PASSPHRASE(TestKeys.passphrase(), Canary.API_HASH),
    SHORT(TestKeys.random(), "x"),
    LONG(TestKeys.random(), "ü🐢".repeat(127) + "z");

    final MasterKey key;
    final SealingKey sealing;
    final OpenPgpSealer sealer;
    final byte[] message;

    Sample(MasterKey key, String hash) {
      this.key = key;
      this.sealing = new SealingKey(key);
      this.sealer = TestKeys.sealer(key);
      this.message = seal(hash);
    }

    byte[] seal(String hash) {
      return sealer.seal(Secret.of(hash), ROW, sealing.fingerprint());
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryFlippedBit(Sample sample) {
    for (int bit = 0; bit < sample.message.length * 8; bit++) {
      requireRefused(sample, Forge.flipped(sample.message, bit), "bit " + bit);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryTruncation(Sample sample) {
    for (int length = 0; length < sample.message.length; length++) {
      requireRefused(sample, Arrays.copyOf(sample.message, length), "the first " + length);
      int start = sample.message.length - length;
      requireRefused(
          sample,
          Arrays.copyOfRange(sample.message, start, sample.message.length),
          "the last " + length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesAppendedBytes(Sample sample) {
    for (int count = 1; count <= 64; count++) {
      byte[] more = new byte[count];
      requireRefused(sample, join(sample.message, more), count + " zero bytes");
      random.nextBytes(more);
      requireRefused(sample, join(sample.message, more), count + " random bytes");
      requireRefused(sample, join(more, sample.message), count + " random bytes before");
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesPacketsThatAreMissingDoubledOrExchanged(Sample sample) {
    byte[] session = Arrays.copyOf(sample.message, SESSION);
    byte[] data = Arrays.copyOfRange(sample.message, SESSION, sample.message.length);
    requireRefused(sample, session, "no data");
    requireRefused(sample, data, "no passphrase packet");
    requireRefused(sample, join(session, session, data), "two passphrase packets");
    requireRefused(sample, join(session, data, data), "two data packets");
    requireRefused(sample, join(data, session), "exchanged");
    requireRefused(sample, join(sample.message, sample.message), "two messages");
  }

  @ParameterizedTest
  @EnumSource
  void refusesHalvesOfTwoMessages(Sample sample) {
    byte[] other = sample.seal(Canary.API_HASH.substring(1) + "z");
    byte[] same = sample.seal("q");
    for (byte[] second : new byte[][] {other, same}) {
      for (int cut = SESSION + 1; cut < Math.min(second.length, sample.message.length); cut++) {
        byte[] mixed =
            join(
                Arrays.copyOf(sample.message, cut), Arrays.copyOfRange(second, cut, second.length));
        // Two messages may be alike up to the cut, or behind it.
        if (!Arrays.equals(mixed, second) && !Arrays.equals(mixed, sample.message)) {
          requireRefused(sample, mixed, "cut at " + cut);
        }
      }
    }
  }

  @Test
  void refusesHundredThousandWrongKeys() {
    byte[] message = Sample.RANDOM_KEY.message;
    byte[] wrong = new byte[32];
    for (int i = 0; i < 100_000; i++) {
      random.nextBytes(wrong);
      SealingKey key = new SealingKey(TestKeys.key(HexFormat.of().formatHex(wrong)));
      assertThat(isRefused(message, key)).as("key %d", i).isTrue();
    }
  }

  private static void requireRefused(Sample sample, byte[] message, String what) {
    assertThat(isRefused(message, sample.sealing)).as(what).isTrue();
    try {
      sample.sealer.open(message, ROW, sample.sealing.fingerprint());
    } catch (SealException expected) {
      return;
    }
    throw new AssertionError("opened in spite of " + what);
  }

  private static boolean isRefused(byte[] message, SealingKey key) {
    try {
      MessageReader.read(message, key);
      return false;
    } catch (SealException expected) {
      return true;
    }
  }
}
