package io.vibee.session.admin;

import static io.vibee.session.admin.AdminFixture.bearer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.admin.AdminFixture.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and what happens to who is not. */
@Isolated("it measures time")
class AccessTest {
  private static final String SESSIONS = "/api/v1/sessions";
  private static AdminFixture admin;

  @BeforeAll
  static void start() {
    admin = AdminFixture.withToken();
  }

  @AfterAll
  static void stop() {
    admin.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER   ", "ApiKey ", "apikey ", "APIKEY "})
  void takesBothSchemesInAnyCase(String scheme) {
    Answer answer = admin.get(SESSIONS, "Authorization", scheme + AdminFixture.TOKEN);
    assertThat(answer.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SESSIONS,
        SESSIONS + "/1",
        "/api/v1/activity",
        "/api/v1/stats",
        "/api/v1/doctor",
        "/api/v1/nothing"
      })
  void everyCallNeedsTheToken(String path) {
    Answer answer = admin.get(path);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/page.js", "/page.css", "/openapi.json", "/health", "/health/live"})
  void whatHoldsNoDataNeedsNone(String path) {
    assertThat(admin.get(path).status()).isEqualTo(200);
  }

  @Test
  void everyAnswerTellsBrowsersToKeepAndFrameNothing() {
    for (String path : List.of("/", "/page.js", "/openapi.json", "/health", SESSIONS, "/nowhere")) {
      Answer answer = admin.get(path);
      assertThat(answer.header("Cache-Control")).as(path).isEqualTo("no-store");
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
      assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
      assertThat(answer.header("Content-Security-Policy"))
          .startsWith("default-src 'none'")
          .contains("frame-ancestors 'none'")
          .doesNotContain("unsafe");
    }
  }

  @Test
  void takesRequestsOfItsOwnPage() {
    String own = "http://localhost:" + admin.port();
    Answer answer =
        admin.get(
            SESSIONS, bearer(AdminFixture.TOKEN, "Origin", own, "Sec-Fetch-Site", "same-origin"));
    assertThat(answer.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "[::1]"})
  void isKnownByItsLoopbackNames(String name) {
    String request =
        "GET /health HTTP/1.1\r\nHost: "
            + name
            + ":"
            + admin.port()
            + "\r\nConnection: close\r\n\r\n";
    assertThat(RawHttp.exchange(admin.port(), request)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void wrongTokensWaitAndARightOneDoesNot() {
    try (AdminFixture attacked = AdminFixture.withToken()) {
      List<Duration> waits = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        long start = System.nanoTime();
        assertThat(attacked.get(SESSIONS, bearer("wrong-token-000" + i)).status()).isEqualTo(401);
        waits.add(Duration.ofNanos(System.nanoTime() - start));
      }
      assertThat(waits.get(6)).isGreaterThan(Duration.ofMillis(750));
      assertThat(waits.get(3)).isGreaterThan(Duration.ofMillis(99));
      long start = System.nanoTime();
      assertThat(attacked.get(SESSIONS, bearer(AdminFixture.TOKEN)).status()).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          attacked.database.query(
                              "select session_id, details::text from session_activity"
                                  + " where activity_type = 'access_denied'"))
                      .containsExactly("*|{\"count\": 1, \"address\": \"127.0.0.1\"}"));
    }
  }

  @Test
  void ofAFloodOfWrongTokensNoneHoldsAThread() throws InterruptedException {
    try (AdminFixture attacked = AdminFixture.withToken()) {
      List<Integer> statuses = java.util.Collections.synchronizedList(new ArrayList<>());
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        Thread thread =
            new Thread(
                () -> statuses.add(attacked.get(SESSIONS, bearer("wrong-token-0001")).status()));
        threads.add(thread);
        thread.start();
      }
      long start = System.nanoTime();
      assertThat(attacked.get(SESSIONS, bearer(AdminFixture.TOKEN)).status()).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
      for (Thread thread : threads) thread.join();
      assertThat(statuses).hasSize(150).contains(401, 429).allMatch(s -> s == 401 || s == 429);
    }
  }

  @Test
  void withoutATokenAllIsDoneInTheNameOfLocal() {
    try (AdminFixture open = AdminFixture.with(Map.of("VIBEE_API_KEY", ""))) {
      assertThat(open.add("100200300", "sess_demo0001").status()).isEqualTo(201);
      assertThat(
              open.database.value(
                  "select details->>'actor' from session_activity where user_id is not null"))
          .isEqualTo("local");
    }
  }
}
