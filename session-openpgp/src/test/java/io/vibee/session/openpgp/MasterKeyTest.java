package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import io.vibee.session.jdbc.testing.Canary;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {

  @Test
  void takesBase64AndHexadecimalOf32BytesAsRandom() {
    for (String text :
        List.of(
            Canary.MASTER_KEY,
            TestKeys.RANDOM_HEX,
            "00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff",
            "++++++++//////++++++++//////++++++++//////a=")) {
      assertThat(TestKeys.key(text).isRandom()).isTrue();
    }
  }

  @Test
  void takesEverythingElseAsAPassphrase() {
    for (String text :
        List.of(
            "YOUR_NEW_KEY",
            TestKeys.PASSPHRASE,
            Canary.MASTER_KEY.substring(1),
            Canary.MASTER_KEY + "=",
            Canary.MASTER_KEY.replace('=', 'A'),
            Canary.MASTER_KEY.replace('Q', '-'),
            TestKeys.RANDOM_HEX.substring(1),
            TestKeys.RANDOM_HEX.replace('a', 'g'),
            "0".repeat(64),
            "A".repeat(43) + "=",
            "123456789".repeat(6) + "0000000001")) {
      assertThat(TestKeys.key(text).isRandom()).isFalse();
    }
  }

  /**
   * Computed with Python: {@code sha256(domain + text)} for random keys, {@code
   * pbkdf2_hmac('sha256', text, domain, 600000, 16)} for passphrases.
   */
  @Test
  void givesAKeyTheSameFingerprintEverywhereAndForever() {
    assertThat(TestKeys.random().fingerprint()).isEqualTo("c785aa8518934cb9e1dee58ec65f6c30");
    assertThat(TestKeys.key(TestKeys.RANDOM_HEX).fingerprint())
        .isEqualTo("1736f72a240645b79d17d13e9f53326a");
    assertThat(TestKeys.key("YOUR_NEW_KEY").fingerprint())
        .isEqualTo("b216d74097f5eef7541f876e0639b4b5");
    assertThat(TestKeys.passphrase().fingerprint()).isEqualTo("59173934f09ad9306fd0fba9a1b0ceb4");
  }

  @Test
  void computesTheFingerprintOnce() {
    MasterKey key = TestKeys.passphrase();
    assertThat(key.fingerprint()).isSameAs(key.fingerprint());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'   '|be blank",
        "'\t\n'|be blank",
        "'\u00a0\u2003'|begin or end",
        "'CHANGE_ME_IN_PRODUCTION_USE_32_BYTE_KEY'|be the published example",
        "'two\nlines'|hold control characters",
        "'nul\u0000inside'|hold control characters",
        "'end of line\n'|hold control characters",
        "'next line\u0085inside'|hold control characters",
        "'lone\ud83d'|not decoded",
        "'\udc22lone'|not decoded",
        "'locale\ufffd'|not decoded",
        "' before'|begin or end",
        "'behind '|begin or end",
        "'\ufeffbyte order mark'|begin or end",
        "'zero width\u200b'|begin or end",
        "'no-break space\u00a0'|begin or end",
      })
  void refusesWhatNobodyCouldTypeAgain(String text, String problem) {
    assertThatThrownBy(() -> TestKeys.key(text))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageStartingWith("a master key must not ")
        .hasMessageContaining(problem);
  }

  @Test
  void takesUpTo1024Characters() {
    assertThat(TestKeys.key("🐢".repeat(1024)).isRandom()).isFalse();
    assertThatThrownBy(() -> TestKeys.key("x".repeat(1025)))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessage("a master key must not be longer than 1024 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"white space inside", "\"quoted\"", "tab\u2003inside"})
  void keepsTheRestAsItIs(String text) {
    assertThat(TestKeys.key(text).text()).isEqualTo(Secret.of(text));
  }

  @Test
  void showsNothingAndIsEqualByItsText() {
    MasterKey key = TestKeys.random();
    assertThat(key).hasToString("***").isEqualTo(TestKeys.random()).hasSameHashCodeAs(key);
    assertThat(key).isNotEqualTo(TestKeys.passphrase()).hasSameHashCodeAs(TestKeys.passphrase());
    assertThat(key).isNotEqualTo(Canary.MASTER_KEY).isNotEqualTo(null);
  }

  @Test
  void aListOfKeysHasEachOnce() {
    assertThat(KeyProvider.of(TestKeys.random(), TestKeys.passphrase()).keys())
        .containsExactly(TestKeys.random(), TestKeys.passphrase());
    assertThatThrownBy(() -> KeyProvider.of(TestKeys.random(), TestKeys.random()))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessage("the same master key is given twice");
  }
}
