package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API and its page behind nginx with TLS, by the configuration that docs/rest-api.md shows. */
@ExtendWith(BrowserExtension.class)
@ResourceLock(BrowserExtension.BROWSER)
class BehindProxyTest {
  private static final Pattern DOCUMENTED = Pattern.compile("```nginx\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;

  @BeforeAll
  static void needPrograms() {
    Nginx.require();
  }

  /** An agent and the proxy in front of it, which serves it below a path of its own. */
  private record Proxied(AdminFixture admin, Nginx proxy, String path) implements AutoCloseable {
    String url() {
      return origin() + path;
    }

    String origin() {
      return "https://localhost:" + proxy.port();
    }

    String send(String method, String call, String body, String... headers) {
      StringBuilder request = new StringBuilder(method + " " + path + call + " HTTP/1.1\r\n");
      boolean hosted = String.join("\n", headers).contains("Host: ");
      if (!hosted) request.append("Host: localhost:").append(proxy.port()).append("\r\n");
      for (String header : headers) request.append(header).append("\r\n");
      request.append("Authorization: Bearer " + AdminFixture.TOKEN + "\r\nConnection: close\r\n");
      if (!body.isEmpty()) request.append("Content-Type: application/json\r\n");
      request.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
      return proxy.exchange(request.toString());
    }

    @Override
    public void close() {
      proxy.close();
      admin.close();
    }
  }

  /**
   * Starts both.
   *
   * @param path the public URL's path
   * @param strips whether the proxy takes the path off
   * @param passesHost whether the agent sees the Host that the client sent
   */
  private Proxied start(String path, boolean strips, boolean passesHost)
      throws IOException, InterruptedException, GeneralSecurityException {
    int port = Nginx.freePort();
    AdminFixture admin =
        AdminFixture.with(
            Map.of(
                "VIBEE_API_KEY",
                AdminFixture.TOKEN,
                "VIBEE_PUBLIC_URL",
                "https://agents.example.com, https://localhost:" + port + path));
    String documented = Files.readString(Path.of("..", "docs", "rest-api.md"));
    Matcher block = DOCUMENTED.matcher(documented);
    assertThat(block.find()).isTrue();
    String server =
        block
            .group(1)
            .replace("listen 443 ssl", "listen 127.0.0.1:" + port + " ssl")
            .replace("agents.example.com", "localhost")
            .replace("/etc/ssl/agents.pem", "cert.pem")
            .replace("/etc/ssl/agents.key", "key.pem")
            .replace("location /vibee/", "location " + path)
            .replace("127.0.0.1:8080;", "127.0.0.1:" + admin.port() + (strips ? "/;" : ";"))
            .replace("$http_host", passesHost ? "$http_host" : "$proxy_host");
    return new Proxied(admin, Nginx.start(folder, port, server), path);
  }

  @ParameterizedTest
  @CsvSource({
    "/, false, true",
    "/vibee/, false, true",
    "/vibee/, true, true",
    "/vibee/, true, false",
    "/ops/agents/, false, false",
  })
  void servesReadsAndChanges(String path, boolean strips, boolean passesHost) throws Exception {
    try (Proxied agent = start(path, strips, passesHost)) {
      assertThat(agent.send("GET", "", "")).startsWith("HTTP/1.1 200 ").contains("<!doctype html>");
      assertThat(agent.send("GET", "api/v1/sessions", "")).startsWith("HTTP/1.1 200 ");
      String added =
          agent.send(
              "POST",
              "api/v1/sessions",
              AdminFixture.body("100200300", "sess_a"),
              "Origin: " + agent.origin(),
              "Sec-Fetch-Site: same-origin");
      assertThat(added).startsWith("HTTP/1.1 201 ");
      if (passesHost) {
        assertThat(added).contains("\r\nLocation: " + path + "api/v1/sessions/100200300\r\n");
      }
      assertThat(agent.send("DELETE", "api/v1/sessions/sess_a", "", "Origin: " + agent.origin()))
          .startsWith("HTTP/1.1 204 ");
      assertThat(agent.admin().database.value("select is_active from user_sessions"))
          .isEqualTo("f");
    }
  }

  @Test
  void keepsIdsThatHoldASlash() throws Exception {
    try (Proxied agent = start("/vibee/", false, true)) {
      agent.admin().add("a/b+c", "sess_a", AdminFixture.bearer(AdminFixture.TOKEN));
      assertThat(agent.send("GET", "api/v1/sessions/a%2Fb%2Bc", "")).startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void stillRefusesOtherHostsAndOrigins(boolean passesHost) throws Exception {
    try (Proxied agent = start("/vibee/", true, passesHost)) {
      String body = AdminFixture.body("100200300", "sess_a");
      int port = agent.proxy().port();
      for (String header :
          new String[] {
            "Origin: https://evil.example",
            "Origin: null",
            "Origin: http://localhost:" + port,
            "Origin: https://localhost",
            "Origin: https://localhost:" + (port + 1),
            "Origin: https://localhost.evil.example:" + port,
            "Origin: " + agent.origin() + "/vibee",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Site: same-site",
          }) {
        assertThat(agent.send("POST", "api/v1/sessions", body, header))
            .as(header)
            .startsWith("HTTP/1.1 403 ");
      }
      if (passesHost) {
        for (String host :
            new String[] {"evil.example", "evil.example:" + port, "localhost.evil.example"}) {
          assertThat(agent.send("GET", "api/v1/sessions", "", "Host: " + host))
              .as(host)
              .startsWith("HTTP/1.1 403 ")
              .contains("VIBEE_PUBLIC_URL");
        }
      }
      assertThat(agent.admin().rows()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"/, false", "/vibee/, false", "/vibee/, true"})
  void servesThePage(String path, boolean strips, BrowserTab tab) throws Exception {
    try (Proxied agent = start(path, strips, true)) {
      tab.ignoreCertificates();
      tab.open(agent.url());
      tab.fill("#token", AdminFixture.TOKEN);
      tab.click("#sign-in [type=submit]");
      tab.untilShown("#first-curl", "curl -X POST " + agent.url() + "api/v1/sessions ");
      agent.admin().add("100200300", "sess_a", AdminFixture.bearer(AdminFixture.TOKEN));
      tab.open(agent.url());
      tab.fill("#token", AdminFixture.TOKEN);
      tab.click("#sign-in [type=submit]");
      tab.click("#session-rows [data-do=switch]");
      tab.click("#confirm [type=submit]");
      tab.untilShown("#said", "Deactivated 100200300.");
    }
  }
}
