package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.admin.AdminFixture.Answer;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What health says of a database, in every state that it may be in. */
@Isolated("it measures time")
class HealthTest {

  @Test
  void isOkWhileTheDatabaseIs() {
    try (AdminFixture admin = AdminFixture.withToken()) {
      for (String path : new String[] {"/health", "/health/ready"}) {
        Answer answer = admin.get(path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"status\":\"ok\",\"database\":\"ok\"}");
      }
      assertThat(admin.get("/health/live").body()).isEqualTo("{\"status\":\"ok\"}");
    }
  }

  @Test
  void isReadyWhileTheAgentAndTheDatabaseAre() {
    AtomicBoolean ready = new AtomicBoolean();
    TestDatabase database = Postgres.NEWEST.createDatabase();
    database.migrate();
    JdbcSessionStore store = database.store();
    try (AdminServer server =
        AdminServer.over(store).environment(Map.of("PORT", "0")).readyIf(ready::get).start()) {
      assertThat(get(server, "/health/ready"))
          .startsWith("HTTP/1.1 503 ")
          .contains("\r\nRetry-after: ")
          .endsWith("{\"status\":\"degraded\",\"database\":\"ok\",\"agent\":\"not_ready\"}");
      assertThat(get(server, "/health/live")).startsWith("HTTP/1.1 200 ");
      assertThat(get(server, "/health"))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("{\"status\":\"ok\",\"database\":\"ok\"}");
      ready.set(true);
      assertThat(get(server, "/health/ready"))
          .startsWith("HTTP/1.1 200 ")
          .endsWith("{\"status\":\"ok\",\"database\":\"ok\",\"agent\":\"ok\"}");
      store.close();
      await()
          .untilAsserted(
              () ->
                  assertThat(get(server, "/health/ready"))
                      .startsWith("HTTP/1.1 503 ")
                      .endsWith("\"database\":\"unavailable\",\"agent\":\"ok\"}"));
    }
  }

  @Test
  void tellsOfAMissingSchemaUntilItIsThere() {
    TestDatabase empty = Postgres.NEWEST.createDatabase();
    try (JdbcSessionStore store = empty.store();
        AdminServer server = start(store)) {
      assertThat(get(server, "/health"))
          .startsWith("HTTP/1.1 503 ")
          .contains("\r\nRetry-after: ")
          .endsWith("{\"status\":\"degraded\",\"database\":\"schema\"}");
      assertThat(get(server, "/api/v1/sessions"))
          .startsWith("HTTP/1.1 503 ")
          .doesNotContain("psql");
      empty.migrate();
      await().untilAsserted(() -> assertThat(get(server, "/health")).startsWith("HTTP/1.1 200 "));
    }
  }

  @Test
  void tellsOfAMissingKey() {
    try (AdminFixture admin = AdminFixture.withoutToken()) {
      admin.database.executeWithoutTriggers("delete from encryption_keys where id = 1");
      assertThat(admin.get("/health").body()).contains("\"key\"");
      assertThat(admin.get("/health/live").status()).isEqualTo(200);
    }
  }

  /** A database that takes connections and never answers: each attempt hangs for a long time. */
  @Test
  void answersSoonWhenTheDatabaseHangs() throws IOException {
    ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    String url = "postgresql://postgres@127.0.0.1:" + silent.getLocalPort() + "/none";
    // Not closed: that would wait until the attempts give up.
    JdbcSessionStore store = JdbcSessionStore.open(url);
    try (silent;
        AdminServer server = start(store)) {
      for (int i = 0; i < 40; i++) {
        Thread thread = new Thread(() -> get(server, "/api/v1/sessions"));
        thread.setDaemon(true);
        thread.start();
      }
      for (int i = 0; i < 3; i++) {
        long start = System.nanoTime();
        assertThat(get(server, "/health"))
            .startsWith("HTTP/1.1 503 ")
            .contains("\"database\":\"unavailable\"");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        assertThat(get(server, "/health/live")).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  @Test
  void aClosedStoreIsUnavailable() {
    AdminFixture admin = AdminFixture.withoutToken();
    admin.store.close();
    assertThat(admin.get("/health").body()).contains("unavailable");
    assertThat(admin.get("/api/v1/sessions").status()).isEqualTo(503);
    admin.close();
  }

  private static AdminServer start(JdbcSessionStore store) {
    return AdminServer.over(store).environment(Map.of("PORT", "0")).start();
  }

  private static String get(AdminServer server, String path) {
    return RawHttp.exchange(
        server.port(),
        "GET "
            + path
            + " HTTP/1.1\r\nHost: localhost:"
            + server.port()
            + "\r\nConnection: close\r\n\r\n");
  }
}
