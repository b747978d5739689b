package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variables, right and wrong; no message repeats a value. */
class ServerSettingsTest {
  private static final String LONG = "made-up-token-0001";

  private static void refuses(Map<String, String> environment, String... says) {
    assertThatThrownBy(() -> ServerSettings.from(environment))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContainingAll(says)
        .message()
        .doesNotContain(LONG, "tok en", "short-token");
  }

  @Test
  void listensOnLoopbackUnlessToldOtherwise() {
    ServerSettings settings = ServerSettings.from(Map.of("PORT", "", "VIBEE_BIND_ADDRESS", ""));
    assertThat(settings.address().getAddress().isLoopbackAddress()).isTrue();
    assertThat(settings.address().getPort()).isEqualTo(8080);
    assertThat(settings.access().needsToken()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void withoutATokenItServesThisMachineOnly(String address) {
    refuses(Map.of("VIBEE_BIND_ADDRESS", address), "VIBEE_BIND_ADDRESS", "VIBEE_API_KEY");
  }

  @Test
  void aTokenThatOthersMayGuessMustBeLong() {
    Map<String, String> open = Map.of("VIBEE_BIND_ADDRESS", "0.0.0.0", "VIBEE_API_KEY", LONG);
    assertThat(ServerSettings.from(open).access().needsToken()).isTrue();
    refuses(
        Map.of("VIBEE_BIND_ADDRESS", "0.0.0.0", "VIBEE_API_KEY", "short-token"),
        "VIBEE_API_KEY",
        "16");
    assertThat(ServerSettings.from(Map.of("VIBEE_API_KEY", "short-token")).access().isGuessable())
        .isTrue();
  }

  @Test
  void aTokenThatIsMissingIsToldTogetherWithTheRest() {
    refuses(
        Map.of("VIBEE_BIND_ADDRESS", "0.0.0.0", "PORT", "x"),
        "PORT must be",
        "VIBEE_BIND_ADDRESS is reachable from other machines, and there is no token");
    refuses(Map.of("VIBEE_API_KEY_file", "/run/secrets/api_key"), "VIBEE_API_KEY_file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "65536", " 80", "8080.0", "٨٠"})
  void refusesAPortThatIsNone(String port) {
    refuses(Map.of("PORT", port), "PORT");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "no such host", "127.0.0.1 ", "host.invalid"})
  void refusesAnAddressThatIsNone(String address) {
    refuses(Map.of("VIBEE_BIND_ADDRESS", address), "VIBEE_BIND_ADDRESS");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "tok en", "tok en\n", "t\u00f6ken-that-is-long"})
  void refusesATokenThatNoHeaderCarries(String token) {
    refuses(Map.of("VIBEE_API_KEY", token), "VIBEE_API_KEY");
    refuses(Map.of("VIBEE_API_KEY_BOB", token), "VIBEE_API_KEY_BOB");
  }

  @Test
  void everyHolderHasATokenAndANameOfTheirOwn() {
    refuses(
        Map.of("VIBEE_API_KEY", LONG, "VIBEE_API_KEY_BOB", LONG),
        "VIBEE_API_KEY_BOB",
        "equals VIBEE_API_KEY");
    refuses(Map.of("VIBEE_API_KEY", LONG, "VIBEE_API_KEY_DEFAULT", LONG + "x"), "_DEFAULT");
    refuses(
        Map.of("VIBEE_API_KEY_BOB_FILE", "/run/secrets/key"), "VIBEE_API_KEY_BOB_FILE", "not read");
    refuses(Map.of("VIBEE_API_KEY_A-B", LONG), "VIBEE_API_KEY_A-B");
  }

  @Test
  void readsTheTokenFromAFileAsDockerMountsIt(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("key"), LONG + "\n");
    Map<String, String> environment = Map.of("VIBEE_API_KEY_FILE", file.toString());
    assertThat(ServerSettings.from(environment).access().holderOf(LONG)).isEqualTo("default");
    refuses(
        Map.of("VIBEE_API_KEY_FILE", folder + "/none"),
        "VIBEE_API_KEY_FILE " + folder + "/none: there is no such file");
  }

  @Test
  void saysAllFaultsAtOnceAndNamesQuotesThatWereKept() {
    refuses(
        Map.of(
            "PORT", "x",
            "VIBEE_BIND_ADDRESS", "'127.0.0.1'",
            "VIBEE_API_KEY", '"' + LONG + '"',
            "VIBEE_API_KEY_BOB", "tok en"),
        "4 settings are wrong",
        "PORT must be",
        "VIBEE_BIND_ADDRESS: the value is in quotes",
        "VIBEE_API_KEY: the value is in quotes",
        "VIBEE_API_KEY_BOB must be");
  }

  @Test
  void showsNamesAndNoToken() {
    AdminAccess access = AdminAccess.tokens(Map.of("alice", Secret.of(LONG)));
    assertThat(access).hasToString("AdminAccess[alice]");
    assertThat(access.holderOf(LONG)).isEqualTo("alice");
    assertThat(access.holderOf(LONG + "x")).isNull();
    assertThatThrownBy(() -> AdminAccess.tokens(Map.of()))
        .isInstanceOf(MisconfiguredException.class);
  }

  @Test
  void saysThatAnotherAgentMayHoldThePort() {
    try (AdminFixture first = AdminFixture.withoutToken()) {
      String port = Integer.toString(first.port());
      assertThatThrownBy(
              () -> AdminServer.over(first.store).environment(Map.of("PORT", port)).start())
          .isInstanceOf(MisconfiguredException.class)
          .hasMessageContainingAll("PORT " + port, "another agent", "set PORT");
      assertThatThrownBy(
              () ->
                  AdminServer.over(first.store)
                      .environment(
                          Map.of(
                              "PORT",
                              "0",
                              "VIBEE_BIND_ADDRESS",
                              "192.0.2.1",
                              "VIBEE_API_KEY",
                              LONG))
                      .start())
          .isInstanceOf(MisconfiguredException.class)
          .hasMessageContaining("VIBEE_BIND_ADDRESS");
    }
  }
}
