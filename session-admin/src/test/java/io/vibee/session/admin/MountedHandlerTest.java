package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import io.vibee.session.admin.http.BoundedServer;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The handler in a server that an agent has already. */
class MountedHandlerTest {
  private static JdbcSessionStore store;
  private static HttpServer server;

  @BeforeAll
  static void start() throws IOException {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    store = database.store();
    BoundedServer.setDefaults(); // the JDK reads them once, and other tests rely on them
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    AdminHandler handler = AdminHandler.over(store).build();
    server.createContext("/vibee/", handler);
    server.createContext("/bare", handler);
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
    store.close();
  }

  private static String send(String request, String body) {
    return RawHttp.exchange(
        server.getAddress().getPort(),
        request
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + server.getAddress().getPort()
            + "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  @Test
  void servesBelowItsPath() {
    String created =
        send("POST /vibee/api/v1/sessions", AdminFixture.body("100200300", "sess_demo0001"));
    assertThat(created).startsWith("HTTP/1.1 201 ");
    assertThat(created).contains("\r\nLocation: /vibee/api/v1/sessions/100200300\r\n");
    assertThat(send("GET /vibee/api/v1/sessions/100200300", "")).startsWith("HTTP/1.1 200 ");
    assertThat(send("GET /bare/api/v1/sessions/100200300", "")).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @CsvSource({
    "/vibee/, 200",
    "/vibee/page.js, 200",
    "/vibee/health, 200",
    "/vibee/openapi.json, 200",
    "/vibee//health, 404",
    "/vibee/vibee/health, 404",
    "/%76ibee/health, 404",
    "/bare, 308",
    "/bare/, 200",
    "/barely/health, 404",
    "/barehealth, 404",
  })
  void answersNoOtherPath(String path, int status) {
    assertThat(send("GET " + path, "")).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void needsATokenBehindAProxy() {
    AdminHandler.Builder open =
        AdminHandler.over(store).publicUrls(PublicUrls.of("https://agents.example.com"));
    assertThatThrownBy(open::build)
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContainingAll("public URL", "VIBEE_API_KEY");
    Secret token = Secret.of(AdminFixture.TOKEN);
    assertThat(open.access(AdminAccess.tokens(Map.of("ops", token))).build()).isNotNull();
  }
}
