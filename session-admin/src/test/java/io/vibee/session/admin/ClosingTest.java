package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.jdbc.testing.OwnThreads;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The end of a server: what runs is finished, what hangs is not waited for, nothing stays. */
@Isolated("it measures time")
class ClosingTest {

  @Test
  void underLoadNothingIsHalfDone() throws InterruptedException {
    AdminFixture admin = AdminFixture.withoutToken();
    List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
    List<Thread> clients = new ArrayList<>();
    CountDownLatch warm = new CountDownLatch(50);
    for (int i = 0; i < 8; i++) {
      int client = i;
      Thread thread =
          new Thread(
              () -> {
                for (int n = 0; post(admin.port(), client * 10_000 + n, statuses); n++) {
                  warm.countDown();
                }
              });
      clients.add(thread);
      thread.start();
    }
    assertThat(warm.await(30, TimeUnit.SECONDS)).isTrue();
    long start = System.nanoTime();
    admin.server().close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    for (Thread client : clients) client.join();
    assertThat(statuses).allMatch(status -> status == 201);
    int stored = Integer.parseInt(admin.database.value("select count(*) from user_sessions"));
    int logged =
        Integer.parseInt(
            admin.database.value(
                "select count(*) from session_activity where activity_type = 'session_created'"));
    // What was not answered may have been cut while the answer was on its way.
    assertThat(stored).isBetween(statuses.size(), statuses.size() + clients.size());
    assertThat(logged).isEqualTo(stored);
    admin.close();
  }

  /** Adds a session over a connection of its own; false when the server is not there any more. */
  private static boolean post(int port, int user, List<Integer> statuses) {
    String body =
        "{\"user_id\":\"%d\",\"session_id\":\"s%d\",\"api_id\":94892,\"api_hash\":\"made-up\"}"
            .formatted(user, user);
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + port + "/api/v1/sessions").toURL().openConnection();
      connection.setDoOutput(true);
      // The port is free after the close: whoever gets it next may accept, and never answer.
      connection.setConnectTimeout(5_000);
      connection.setReadTimeout(5_000);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.getOutputStream().write(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      statuses.add(connection.getResponseCode());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void waitsForNobodyWhoStalls() throws IOException {
    AdminFixture admin = AdminFixture.withoutToken();
    try (Socket stalled = RawHttp.connect(admin.port())) {
      stalled.getOutputStream().write("GET /api".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      long start = System.nanoTime();
      admin.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void anotherServerMayTakeThePortAtOnce() {
    try (AdminFixture first = AdminFixture.withoutToken()) {
      assertThat(first.get("/health").status()).isEqualTo(200);
      String port = Integer.toString(first.port());
      first.server().close();
      first.server().close();
      try (AdminFixture second = AdminFixture.with(Map.of("PORT", port))) {
        assertThat(second.get("/health").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void leavesNoThread() throws Exception {
    OwnThreads threads = new OwnThreads();
    AdminFixture admin = threads.during(AdminFixture::withToken);
    admin.get("/api/v1/sessions", AdminFixture.bearer("wrong-token-0001"));
    admin.get("/health");
    assertThat(servers(threads)).isNotEmpty();
    try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), admin.port())) {
      assertThat(idle.isConnected()).isTrue();
      admin.close();
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> servers(threads).isEmpty());
  }

  private static List<Thread> servers(OwnThreads threads) {
    return threads.alive().stream()
        .filter(thread -> thread.getName().startsWith("vibee-admin"))
        .toList();
  }
}
