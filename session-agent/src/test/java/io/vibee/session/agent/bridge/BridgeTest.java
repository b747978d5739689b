package io.vibee.session.agent.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.agent.testing.FakeBridge;
import io.vibee.session.agent.testing.FakeBridge.Does;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("it measures time")
class BridgeTest {
  private static final String TOKEN = "made_up_token";

  private FakeBridge fake;
  private Bridge bridge;

  @BeforeEach
  void start() throws Exception {
    fake = new FakeBridge();
    bridge = bridge(fake.url() + "/");
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private static Bridge bridge(String url) {
    return new HttpBridge(settings(url), Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @CsvSource({"AUTHORIZE,true", "NOT_AUTHORIZE,false", "NOT_FOUND,false"})
  void saysWhetherASessionIsAuthorized(Does what, boolean authorized) throws Exception {
    fake.sessions.put("sess_demo0001", what);
    assertThat(bridge.isAuthorized("sess_demo0001")).isEqualTo(authorized);
    assertThat(fake.asked)
        .containsExactly(new FakeBridge.Asked("sess_demo0001", "Bearer " + TOKEN));
  }

  @ParameterizedTest
  @CsvSource({
    "ERROR,answered with status 429",
    "FAIL,answered with status 500",
    "REDIRECT,answered with status 302",
    "HUGE,answered more than is allowed",
    "NONSENSE,not the agreed JSON",
    "TWO_ANSWERS,not the agreed JSON",
    "NO_VERDICT,not the agreed JSON",
    "OTHER_SESSION,answered for another session",
    "BREAK,broke off the connection",
    "HANG,did not answer in time",
    "TRICKLE,did not answer in time"
  })
  void takesNothingElseForAnAnswerAndRepeatsNothingOfIt(Does what, String reason) {
    fake.sessions.put("sess_demo0001", what);
    long start = System.nanoTime();
    assertThatThrownBy(() -> bridge.isAuthorized("sess_demo0001"))
        .isInstanceOf(BridgeException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContainingAny("made_up", "127.0.0.1", "sess_of_another");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    // Java's client repeats a request when a connection breaks.
    assertThat(fake.asked).as("no redirect is followed").hasSize(what == Does.BREAK ? 2 : 1);
    // One that hangs before it writes does not notice.
    if (what != Does.HANG) await().untilAsserted(() -> assertThat(fake.isIdle()).isTrue());
  }

  @Test
  void saysThatNothingListens() throws Exception {
    assertThatThrownBy(() -> bridge("http://127.0.0.1:1").isAuthorized("sess_demo0001"))
        .isInstanceOf(BridgeException.class)
        .hasMessage("cannot be reached");
  }

  @Test
  void listsWhatIsWanted() throws Exception {
    fake.sessions.put("sess_a", Does.AUTHORIZE);
    fake.sessions.put("sess_b", Does.NOT_AUTHORIZE);
    fake.sessions.put("sess_of_another", Does.AUTHORIZE);
    assertThat(bridge.list(Set.of("sess_a", "sess_b")))
        .containsOnly(Map.entry("sess_a", true), Map.entry("sess_b", false));
  }

  @Test
  void sendsNoIdThatDoesNotFitIntoAHeader() {
    assertThatThrownBy(() -> bridge.isAuthorized("sess_ключ"))
        .isInstanceOf(BridgeException.class)
        .hasMessageContaining("cannot be asked");
    assertThat(fake.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:8080",
        "ftp://bridge.test",
        "http://",
        "http:///path",
        "http://user:made_up_password@bridge.test",
        "http://bridge.test:99999",
        "http://bridge.test?x=made_up_password",
        "http://bridge.test/#x",
        "http://bridge.test:made_up_password/",
        "not a url"
      })
  void refusesOtherUrlsByTheVariablesName(String url) {
    assertThatThrownBy(() -> bridge(url))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageStartingWith("VIBEE_BRIDGE_URL ")
        .hasMessageNotContaining("made_up_password");
  }

  @Test
  void warnsOfATokenInClearOnlyWhereOthersCanRead() {
    assertThat(settings("http://bridge.test:8080/base/").sendsTokenInClear()).isTrue();
    assertThat(settings("http://127.0.0.1.example.com").sendsTokenInClear()).isTrue();
    assertThat(settings("http://127.0.0.2:8080").sendsTokenInClear()).isFalse();
    assertThat(settings("https://bridge.test").sendsTokenInClear()).isFalse();
    assertThat(settings("http://[::1]:1").sendsTokenInClear()).isFalse();
    assertThat(settings("HTTP://bridge.test/base/").status())
        .hasToString("http://bridge.test/base/api/v1/auth/status");
    assertThat(settings("http://localhost").toString()).doesNotContain(TOKEN);
  }

  @Test
  void refusesATokenThatNoHeaderCanHold() {
    assertThatThrownBy(
            () ->
                BridgeSettings.of(
                    Environment.of(
                        Map.of(
                            "VIBEE_BRIDGE_URL", "http://b.test", "VIBEE_API_KEY", "made_up\nkey"))))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageStartingWith("VIBEE_API_KEY ")
        .hasMessageNotContaining("made_up");
  }

  private static BridgeSettings settings(String url) {
    return BridgeSettings.of(
            Environment.of(Map.of("VIBEE_BRIDGE_URL", url, "VIBEE_API_KEY", TOKEN)))
        .orElseThrow();
  }
}
