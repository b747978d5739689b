package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables as shells, Docker's env-files and Docker's secrets leave them. */
class EnvironmentTest {
  private static final String SECRET = "made_up_secret_0001";

  @TempDir private Path folder;
  private final Map<String, String> variables = new HashMap<>();

  private Environment environment() {
    return Environment.of(variables);
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("secret"), text).toString();
  }

  private void refuses(String name, String... says) {
    assertThatThrownBy(() -> environment().find(name))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContainingAll(says)
        .hasMessageNotContaining(SECRET);
  }

  @ParameterizedTest
  @CsvSource({
    "DATABASE_URL",
    "TELEGRAM_API_HASH",
    "TELEGRAM_API_HASH_12",
    "VIBEE_API_KEY",
  })
  void readsASecretFromItsFileLessOneLineBreak(String name) throws IOException {
    for (String text : new String[] {SECRET, SECRET + "\n", SECRET + "\r\n"}) {
      variables.put(name + "_FILE", file(text));
      assertThat(environment().find(name)).contains(SECRET);
      assertThat(environment().isSet(name)).isTrue();
      assertThat(environment().withoutFiles()).isEqualTo(Map.of(name, SECRET));
    }
    variables.put(name + "_FILE", file(SECRET + "\n\n"));
    assertThat(environment().find(name)).contains(SECRET + "\n");
    variables.put(name, "");
    assertThat(environment().find(name)).isPresent();
  }

  @Test
  void refusesAVariableThatIsAlsoGivenAsAFile() throws IOException {
    variables.put("DATABASE_URL", SECRET);
    variables.put("DATABASE_URL_FILE", file(SECRET));
    refuses("DATABASE_URL", "DATABASE_URL and DATABASE_URL_FILE are both set");
    assertThatThrownBy(() -> environment().withoutFiles()).hasMessageContaining("both set");
    variables.put("DATABASE_URL_FILE", "");
    assertThat(environment().find("DATABASE_URL")).contains(SECRET);
  }

  @Test
  void namesTheVariableAndTheFileThatCannotBeUsed() throws IOException {
    variables.put("VIBEE_API_KEY_FILE", folder + "/none");
    refuses("VIBEE_API_KEY", "VIBEE_API_KEY_FILE " + folder + "/none: there is no such file");
    variables.put("VIBEE_API_KEY_FILE", folder.toString());
    refuses("VIBEE_API_KEY", "VIBEE_API_KEY_FILE " + folder + ": this is not a regular file");
    for (String empty : new String[] {"", "\n", "\r\n"}) {
      variables.put("VIBEE_API_KEY_FILE", file(empty));
      refuses("VIBEE_API_KEY", "VIBEE_API_KEY_FILE " + folder + "/secret: the file is empty");
    }
    variables.put("VIBEE_API_KEY_FILE", file("x".repeat(64 * 1024 + 1)));
    refuses("VIBEE_API_KEY", folder + "/secret: the file is larger than 64 KiB");
    variables.put("VIBEE_API_KEY_FILE", file("x".repeat(64 * 1024)));
    assertThat(environment().find("VIBEE_API_KEY")).isPresent();
    Files.write(folder.resolve("secret"), new byte[] {'a', (byte) 0xff});
    refuses("VIBEE_API_KEY", folder + "/secret: the file is not UTF-8");
    variables.put("VIBEE_API_KEY_FILE", file('"' + SECRET + "\"\n"));
    refuses("VIBEE_API_KEY", "VIBEE_API_KEY_FILE: the value is in quotes");
  }

  @ParameterizedTest
  @ValueSource(strings = {SECRET, "/" + SECRET, "none/" + SECRET, "a://" + SECRET, "\0" + SECRET})
  void repeatsNoSecretThatStandsInPlaceOfAPath(String value) {
    variables.put("TELEGRAM_API_HASH_FILE", value);
    refuses("TELEGRAM_API_HASH", "TELEGRAM_API_HASH_FILE", "/run/secrets/name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"USER_ID", "TELEGRAM_SESSION_ID", "TELEGRAM_API_ID_2", "PORT"})
  void refusesAFileForAVariableThatIsNoSecret(String name) throws IOException {
    variables.put(name + "_FILE", file("1"));
    assertThat(environment().isSet(name)).isTrue();
    refuses(name, name + "_FILE is not read: put the value itself in " + name);
    assertThat(environment().withoutFiles()).isEqualTo(variables);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "'"})
  void refusesQuotesThatWereKept(String quote) {
    for (String name : new String[] {"TELEGRAM_API_HASH", "DATABASE_URL", "USER_ID", "ANY"}) {
      variables.put(name, quote + SECRET + quote);
      refuses(name, name + ": the value is in quotes", "docker --env-file keeps them");
      variables.put(name, quote + quote);
      refuses(name, name + ": the value is in quotes");
      variables.put(name, quote + SECRET);
      assertThat(environment().find(name)).isPresent();
      variables.put(name, quote);
      assertThat(environment().find(name)).isPresent();
    }
  }

  /** As Java reads a variable whose letters the locale's charset lacks. */
  @Test
  void refusesLettersThatWereLost() {
    variables.put("TELEGRAM_SESSION_1_USERNAME", "\uFFFD\uFFFDtr");
    refuses("TELEGRAM_SESSION_1_USERNAME", "not all letters arrived", "LC_ALL=C.UTF-8");
  }

  @Test
  void namesTheTextsThatLostLetters() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("--username", "\uFFFDtr");
    texts.put("--phone", SECRET);
    texts.put("--chat", "\uFFFD");
    assertThat(Environment.lostLetters(texts))
        .get()
        .asString()
        .startsWith("--username, --chat: not all letters arrived, since they do not fit")
        .doesNotContain(SECRET);
    assertThat(Environment.lostLetters(Map.of("--phone", SECRET))).isEmpty();
  }

  @Test
  void showsNamesAlone() {
    variables.put("TELEGRAM_API_HASH", SECRET);
    assertThat(environment()).hasToString("Environment[TELEGRAM_API_HASH]");
  }
}
