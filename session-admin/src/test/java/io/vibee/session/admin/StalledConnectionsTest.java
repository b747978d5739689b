package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.jdbc.testing.OwnThreads;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Clients that do not go on. */
@Isolated("it measures time")
class StalledConnectionsTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private final OwnThreads threads = new OwnThreads();
  private AdminFixture admin;

  @BeforeEach
  void start() throws Exception {
    admin = threads.during(AdminFixture::withoutToken);
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private String head(String line, String... headers) {
    return line
        + " HTTP/1.1\r\nHost: localhost:"
        + admin.port()
        + "\r\n"
        + String.join("\r\n", headers)
        + (headers.length > 0 ? "\r\n" : "");
  }

  private Socket send(String text) throws IOException {
    Socket socket = RawHttp.connect(admin.port());
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    return socket;
  }

  private static final String BODY_BEGINS =
      "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"user_id\":";

  private static final List<String> BEGUN =
      List.of(
          "",
          "G",
          "GET /api/v1/ses",
          "GET /api/v1/sessions HTTP/1.1\r\nHos",
          "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost:PORT\r\n" + BODY_BEGINS,
          "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost:PORT\r\n"
              + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"us",
          "POST /nowhere HTTP/1.1\r\nHost: localhost:PORT\r\n" + BODY_BEGINS);

  @Test
  void areCutWithinFiveSecondsWhereverTheyStop() throws IOException {
    Map<String, Socket> stalled = new LinkedHashMap<>();
    for (String begun : BEGUN) {
      stalled.put(begun, send(begun.replace("PORT", Integer.toString(admin.port()))));
    }
    long start = System.nanoTime();
    for (Map.Entry<String, Socket> one : stalled.entrySet()) {
      try (Socket socket = one.getValue()) {
        RawHttp.readAll(socket);
      }
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      assertThat(taken).as(one.getKey()).isLessThan(LIMIT);
    }
  }

  @Test
  void whoSendsAByteNowAndThenIsCutToo() throws IOException {
    long start = System.nanoTime();
    try (Socket socket = send(head("GET /api/v1/sessions"))) {
      OutputStream out = socket.getOutputStream();
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> !canWrite(out, "X-A: b\r\n"));
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
  }

  private static boolean canWrite(OutputStream out, String text) {
    try {
      out.write(text.getBytes(ISO_8859_1));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whoDoesNotReadIsCut() throws IOException {
    for (int i = 10; i < 60; i++) admin.add("1002003" + i, "sess_demo00" + i);
    admin.database.execute(
        "update user_sessions set target_chats ="
            + " (select jsonb_agg(repeat('x', 4000)) from generate_series(1, 60))");
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(admin.server().address());
      socket.getOutputStream().write((head("GET /api/v1/sessions") + "\r\n").getBytes(ISO_8859_1));
      // From the first byte of the answer on: before it, the client has nothing to read.
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      assertThat(busyWorkers()).isOne();
      long start = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(8))
          .pollInterval(Duration.ofMillis(100))
          .until(() -> busyWorkers() == 0 && System.nanoTime() - start > 500_000_000L);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
    }
  }

  /** Threads of the server that are in a write to a socket. */
  private long busyWorkers() {
    return threads.alive().stream()
        .filter(thread -> thread.getName().matches("vibee-admin-[0-9]+"))
        .filter(
            thread ->
                Arrays.stream(thread.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().contains("AdminHandler")))
        .count();
  }

  @Test
  void aGoodClientIsServedBesideTwoHundredStalledOnesAndAGigabyte() throws Exception {
    admin.add("100200300", "sess_demo0001");
    List<Socket> stalled = new ArrayList<>();
    AtomicLong flooded = new AtomicLong();
    Thread flood = new Thread(() -> sendGigabytes(flooded));
    flood.setDaemon(true);
    flood.start();
    try {
      for (int i = 0; i < 200; i++) {
        stalled.add(
            send(
                i % 2 == 0
                    ? head("GET /api/v1/sessions")
                    : head("POST /api/v1/sessions") + BODY_BEGINS));
      }
      List<Long> millis = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        long start = System.nanoTime();
        assertThat(admin.get("/api/v1/sessions/100200300", "X-Request", "" + i).status())
            .isEqualTo(200);
        millis.add((System.nanoTime() - start) / 1_000_000);
        if (i == 10) {
          for (int n = 0; n < 200; n++) stalled.add(send("GET /"));
        }
      }
      assertThat(millis).allMatch(time -> time < 1000);
    } finally {
      for (Socket socket : stalled) socket.close();
    }
    assertThat(flooded).hasPositiveValue();
  }

  /** A chunked body of a gigabyte, again whenever the server cuts it off. */
  private void sendGigabytes(AtomicLong sent) {
    byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(ISO_8859_1);
    String head =
        head(
                "POST /api/v1/sessions",
                "Content-Type: application/json",
                "Transfer-Encoding: chunked")
            + "\r\n";
    for (int i = 0; i < 20; i++) {
      try (Socket socket = send(head)) {
        for (long bytes = 0; bytes < 1L << 30; bytes += 0x10000) {
          socket.getOutputStream().write(chunk);
          sent.addAndGet(chunk.length);
        }
        throw new AssertionError("the server took a gigabyte");
      } catch (IOException e) {
        // Cut off, as it should be.
      }
    }
  }
}
