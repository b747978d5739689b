package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.CapturedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentKeysTest {
  private static final String KEY = "ENCRYPTION_MASTER_KEY";
  private static final String FILE = "ENCRYPTION_MASTER_KEY_FILE";

  @Test
  void isFoundAsAService() {
    List<HashSealer.Provider> providers =
        ServiceLoader.load(HashSealer.Provider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    assertThat(providers).hasExactlyElementsOfTypes(OpenPgpSealerProvider.class);
    assertThat(providers.get(0).fromEnvironment(Map.of())).isEmpty();
  }

  @Test
  void makesASealerOfARandomKeyWithoutAWarning() {
    try (CapturedLog log = new CapturedLog("io.vibee.session.openpgp")) {
      HashSealer sealer = sealer(Map.of(KEY, Canary.MASTER_KEY, FILE, "")).orElseThrow();
      assertThat(sealer.fingerprints()).containsExactly(TestKeys.random().fingerprint());
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void takesThePlaceholderOfTheQuickStartAndWarns() {
    try (CapturedLog log = new CapturedLog("io.vibee.session.openpgp")) {
      HashSealer sealer = sealer(Map.of(KEY, "YOUR_NEW_KEY")).orElseThrow();
      assertThat(sealer.fingerprints()).containsExactly(TestKeys.key("YOUR_NEW_KEY").fingerprint());
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().get(0))
          .startsWith("WARNING ENCRYPTION_MASTER_KEY is a passphrase")
          .contains("guess", "scripts/generate-encryption-key.sh")
          .doesNotContain("YOUR_NEW_KEY");
    }
  }

  @Test
  void readsAFile(@TempDir Path directory) throws Exception {
    Path file =
        Files.createFile(
            directory.resolve("key"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, Canary.MASTER_KEY + "\n");
    HashSealer sealer = sealer(Map.of(KEY, "", FILE, file.toString())).orElseThrow();
    assertThat(sealer.currentFingerprint()).isEqualTo(TestKeys.random().fingerprint());
  }

  @Test
  void makesNoSealerOfEmptyVariables() {
    assertThat(sealer(Map.of(KEY, "", FILE, ""))).isEmpty();
  }

  @Test
  void refusesBothVariables() {
    assertThatThrownBy(() -> sealer(Map.of(KEY, Canary.MASTER_KEY, FILE, "/key")))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContaining(KEY + " and " + FILE + " are both set");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "' made-up-text'|begin or end with white space",
        "'made-up-text '|begin or end with white space",
        "'made-up-text\n'|control characters",
        "'\"made-up-text\"'|in quotes",
        "'`made-up-text`'|in quotes",
        "'CHANGE_ME_IN_PRODUCTION_USE_32_BYTE_KEY'|published example",
        "'   '|blank",
      })
  void refusesATextThatWasPastedWrongly(String text, String problem) {
    refuses(text, problem);
  }

  @Test
  void refusesATextInSingleQuotes() {
    refuses("'made-up-text'", "in quotes");
  }

  private static void refuses(String text, String problem) {
    assertThatThrownBy(() -> sealer(Map.of(KEY, text)))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageStartingWith(KEY + ": ")
        .hasMessageContaining(problem)
        .hasMessageNotContaining("made-up")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "'quote at the start", "quote at the end\""})
  void takesAQuoteThatEnclosesNothing(String text) {
    assertThat(sealer(Map.of(KEY, text))).isPresent();
  }

  @Test
  void doesNotNameAKeyThatWasSetAsAPath() {
    assertThatThrownBy(() -> sealer(Map.of(FILE, Canary.MASTER_KEY)))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessage(FILE + " holds a key, not the path of a file: set " + KEY + " instead");
    assertThatThrownBy(() -> sealer(Map.of(FILE, "nul\0inside")))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessage(FILE + " is not the path of a file")
        .hasNoCause();
  }

  @Test
  void refusesAPathThatWasSetAsAKey(@TempDir Path directory) {
    assertThatThrownBy(() -> sealer(Map.of(KEY, directory.toString())))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessage(KEY + " holds the path of a file, not a key: set " + FILE + " instead");
    assertThat(sealer(Map.of(KEY, directory.resolve("missing").toString()))).isPresent();
  }

  private static Optional<HashSealer> sealer(Map<String, String> environment) {
    return new OpenPgpSealerProvider().fromEnvironment(environment);
  }
}
