package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which hosts and origins a list of public URLs stands for, and which lists are refused. */
class PublicUrlsTest {
  private static final PublicUrls URLS =
      PublicUrls.of(
          "https://Agents.example.com",
          "https://agents.example.com:8443/vibee/",
          "http://[2001:db8::1]:80/a/b");

  @ParameterizedTest
  @CsvSource({
    "agents.example.com, ''",
    "agents.example.com:443, ''",
    "agents.example.com:8443, /vibee",
    "[2001:db8::1], /a/b",
    "[2001:db8::1]:80, /a/b",
    "agents.example.com:80,",
    "agents.example.com:8444,",
    "evil.agents.example.com,",
    "example.com,",
    "ents.example.com,",
    "agents.example.com.evil.example,",
    "'',",
  })
  void knowsItsHosts(String host, String path) {
    assertThat(URLS.proxies().pathAt(host)).isEqualTo(path);
  }

  /** As nginx's {@code $host} does. */
  @Test
  void knowsAHostWhosePortTheProxyLeftOut() {
    assertThat(
            PublicUrls.of("https://agents.example.com:8443/vibee")
                .proxies()
                .pathAt("agents.example.com"))
        .isEqualTo("/vibee");
  }

  @ParameterizedTest
  @CsvSource({
    "https://agents.example.com, true",
    "https://agents.example.com:8443, true",
    "http://[2001:db8::1], true",
    "http://agents.example.com, false",
    "https://agents.example.com:444, false",
    "https://example.com, false",
    "null, false",
  })
  void knowsItsOrigins(String origin, boolean own) {
    assertThat(URLS.proxies().isOrigin(origin)).isEqualTo(own);
  }

  @ParameterizedTest
  @CsvSource({
    "/vibee/api/v1/sessions, /vibee",
    "/vibee/, /vibee",
    "/vibee, /vibee",
    "/a/b/page.js, /a/b",
    "/vibeex/api, ''",
    "/api/v1/sessions, ''",
    "/%76ibee/, ''",
  })
  void findsItsPathsAtTheBeginningOfOthers(String path, String prefix) {
    assertThat(URLS.proxies().prefixOf(path)).isEqualTo(prefix);
  }

  @Test
  void isNoneWhereTheVariableIsEmpty() {
    assertThat(PublicUrls.fromEnvironment(Map.of()).proxies().isEmpty()).isTrue();
    assertThat(PublicUrls.fromEnvironment(Map.of("VIBEE_PUBLIC_URL", "")).proxies().isEmpty())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        ",",
        "agents.example.com",
        "ftp://s3cret.example.com",
        "https://",
        "https:///vibee",
        "https://*.s3cret.example.com",
        "https://s3cret.example.com:0",
        "https://s3cret.example.com:65536",
        "https://s3cret.example.com:x",
        "https://user:s3cret@example.com",
        "https://s3cret.example.com/?a",
        "https://s3cret.example.com/#a",
        "https://s3cret.example.com/a b",
        "https://s3cret.example.com/%61",
        "https://s3cret.example.com/../a",
        "https://s3cret.example.com//a",
        "https://s3cret.example.com/api/",
        "https://s3cret.example.com/api/v1/sessions",
        "https://s3cret.example.com/health",
        "https://s3cr\u00e9t.example.com",
        "https://a.example.com,,https://b.example.com",
        "https://a.example.com https://s3cret.example.com",
      })
  void refusesWhatIsNoUrlOfAProxy(String value) {
    assertThatThrownBy(() -> PublicUrls.fromEnvironment(Map.of("VIBEE_PUBLIC_URL", value)))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageStartingWith("VIBEE_PUBLIC_URL: ")
        .hasMessageEndingWith("with commas between them")
        .message()
        .doesNotContain("s3cr");
  }

  @Test
  void tellsAllFaultsAtOnce() {
    Map<String, String> environment =
        Map.of(
            "VIBEE_PUBLIC_URL",
            "ftp://a.example.com, https://b.example.com, https://c.example.com?q",
            "PORT",
            "x",
            "VIBEE_BIND_ADDRESS",
            "no such host",
            "VIBEE_API_KEY",
            "tok en");
    assertThatThrownBy(() -> ServerSettings.from(environment))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContainingAll(
            "URL 1 is neither http nor https, URL 3 goes on after its path",
            "PORT must",
            "VIBEE_BIND_ADDRESS is",
            "VIBEE_API_KEY must");
  }

  @Test
  void aProxyNeedsATokenThatNobodyGuesses() {
    String url = "https://agents.example.com";
    for (String token : new String[] {"", "short-token"}) {
      assertThatThrownBy(
              () -> ServerSettings.from(Map.of("VIBEE_PUBLIC_URL", url, "VIBEE_API_KEY", token)))
          .isInstanceOf(MisconfiguredException.class)
          .hasMessageContainingAll("VIBEE_PUBLIC_URL lets in whoever", "VIBEE_API_KEY");
    }
  }
}
