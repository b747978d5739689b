package io.vibee.session.admin;

import static io.vibee.session.admin.AdminFixture.bearer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.Diagnostics;
import io.vibee.session.Finding;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.admin.AdminFixture.Answer;
import io.vibee.session.admin.http.Problem;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Canary;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the API tells of a database that is not as it should be, and what it spends on that. */
class ExaminationsTest {
  private static final String DOCTOR = "/api/v1/doctor";

  private static List<String> checks(JsonNode document) {
    List<String> checks = new ArrayList<>();
    document
        .path("checks")
        .forEach(
            check ->
                checks.add(check.path("status").asText() + " " + check.path("check").asText()));
    return checks;
  }

  @Test
  void tellsWhatIsWrongAndHowToMendItToWhoeverHasTheToken() {
    try (AdminFixture admin = AdminFixture.withToken()) {
      admin.add("100200300", "sess_a", bearer(AdminFixture.TOKEN));
      admin.database.execute("drop trigger session_30_audit on user_sessions");
      assertThat(admin.get(DOCTOR).status()).isEqualTo(401);
      Answer answer = admin.get(DOCTOR, bearer(AdminFixture.TOKEN));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().path("status").asText()).isEqualTo("failed");
      assertThat(checks(answer.json()))
          .startsWith("ok connection", "ok pooler")
          .contains("failed triggers", "ok cipher")
          .doesNotContain("ok sessions");
      for (JsonNode check : answer.json().path("checks")) {
        if (!check.path("check").asText().equals("triggers")) continue;
        assertThat(check.path("message").asText())
            .isEqualTo("missing: user_sessions.session_30_audit");
        assertThat(check.path("remedy").asText()).contains("run migrate");
      }
      assertThat(Canary.in(answer.body())).isEmpty();
    }
  }

  @Test
  void tellsThatThereIsNoConnection() {
    try (JdbcSessionStore store = JdbcSessionStore.open("postgresql://u@localhost:1/none");
        AdminServer server = AdminServer.over(store).environment(Map.of("PORT", "0")).start()) {
      assertThat(get(server))
          .startsWith("HTTP/1.1 200 ")
          .contains("{\"status\":\"failed\",\"examined_at\":\"20")
          .contains("\"checks\":[{\"check\":\"connection\",\"status\":\"failed\"");
    }
  }

  @Test
  void refusesWhatTheStoreCannotDo() {
    try (AdminFixture admin = AdminFixture.withoutToken();
        AdminServer server =
            AdminServer.over(withoutDiagnostics(admin.store))
                .environment(Map.of("PORT", "0"))
                .start()) {
      assertThat(get(server)).startsWith("HTTP/1.1 501 ").contains("\"title\":\"Not Implemented\"");
    }
  }

  private static ManagedSessionStore withoutDiagnostics(ManagedSessionStore store) {
    return StoreProxy.of((proxy, method, arguments) -> StoreProxy.pass(method, store, arguments));
  }

  private static String get(AdminServer server) {
    String host = "localhost:" + server.port();
    return RawHttp.exchange(
        server.port(),
        "GET " + DOCTOR + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  private final Queue<Runnable> begun = new ConcurrentLinkedQueue<>();
  private final AtomicLong now = new AtomicLong();
  private final AtomicLong takes = new AtomicLong(Duration.ofMillis(100).toNanos());
  private @Nullable Throwable fault;

  /** Those of a store whose examination takes as long as it is told, or fails. */
  private Examinations examinations(Duration patience) {
    ManagedSessionStore store =
        StoreProxy.of(
            (proxy, method, arguments) -> {
              now.addAndGet(takes.get());
              if (fault != null) throw fault;
              @SuppressWarnings("unchecked")
              Consumer<Finding> findings = (Consumer<Finding>) arguments[0];
              findings.accept(Finding.ok("connection", "logged in as vibee_agent"));
              return null;
            },
            Diagnostics.class);
    Clock clock = Clock.fixed(Instant.parse("2026-11-30T10:00:00Z"), ZoneOffset.UTC);
    return new Examinations(store, begun::add, clock, patience, now::get);
  }

  private static int status(Examinations examinations) {
    try {
      return examinations.show(null).status();
    } catch (Problem problem) {
      assertThat(problem.response().headers()).containsKey("Retry-After");
      return problem.response().status();
    }
  }

  @Test
  void examinesOnceForAllWhoAsk() {
    Examinations examinations = examinations(Duration.ofMillis(1));
    for (int i = 0; i < 3; i++) assertThat(status(examinations)).isEqualTo(503);
    assertThat(begun).hasSize(1);
    begun.remove().run();
    for (int i = 0; i < 3; i++) assertThat(status(examinations)).isEqualTo(200);
    assertThat(begun).isEmpty();
    assertThat(new String(examinations.show(null).body(), UTF_8))
        .startsWith("{\"status\":\"ok\",\"examined_at\":\"2026-11-30T10:00:00Z\",\"checks\":[");
  }

  @Test
  void restsTwentyTimesAsLongAsItTook() {
    Examinations examinations = examinations(Duration.ofMillis(1));
    status(examinations);
    begun.remove().run();
    now.addAndGet(Duration.ofMillis(1_999).toNanos());
    assertThat(status(examinations)).isEqualTo(200);
    assertThat(begun).isEmpty();
    now.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(status(examinations)).isEqualTo(503);
    assertThat(begun).hasSize(1);
  }

  @Test
  void tellsNoFaultForMoreThanAMinute() {
    takes.set(Duration.ofMinutes(5).toNanos());
    Examinations examinations = examinations(Duration.ofMillis(1));
    status(examinations);
    begun.remove().run();
    now.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(status(examinations)).isEqualTo(200);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(status(examinations)).isEqualTo(503);
    assertThat(begun).hasSize(1);
  }

  @Test
  void restsAfterAFailureToo() {
    for (Throwable thrown : List.of(new IllegalStateException("x"), new LinkageError("x"))) {
      fault = thrown;
      begun.clear();
      Examinations examinations = examinations(Duration.ofMillis(1));
      status(examinations);
      begun.remove().run();
      for (int i = 0; i < 3; i++) {
        assertThat(catchThrowable(() -> examinations.show(null))).isSameAs(thrown);
      }
      assertThat(begun).isEmpty();
    }
  }

  @Test
  void fewWaitSoThatOthersCanAskForSessions() throws Exception {
    Examinations examinations = examinations(Duration.ofSeconds(30));
    Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread one = new Thread(() -> answers.add(status(examinations)));
      one.start();
      waiting.add(one);
    }
    await()
        .until(
            () -> waiting.stream().allMatch(one -> one.getState() == Thread.State.TIMED_WAITING));
    assertThat(status(examinations)).isEqualTo(503);
    begun.remove().run();
    for (Thread one : waiting) one.join(30_000);
    assertThat(answers).containsExactly(200, 200, 200, 200);
    assertThat(begun).isEmpty();
  }

  /** Only those who wait are counted. */
  @Test
  void tellsWhatIsKnownToAnyNumber() throws Exception {
    Examinations examinations = examinations(Duration.ofMillis(1));
    status(examinations);
    begun.remove().run();
    int askers = 32;
    CyclicBarrier together = new CyclicBarrier(askers);
    Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    List<Thread> asking = new ArrayList<>();
    for (int i = 0; i < askers; i++) {
      Thread one =
          new Thread(
              () -> {
                try {
                  together.await(30, TimeUnit.SECONDS);
                  for (int k = 0; k < 100; k++) answers.add(status(examinations));
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      one.start();
      asking.add(one);
    }
    for (Thread one : asking) one.join(30_000);
    assertThat(answers).hasSize(100 * askers).containsOnly(200);
  }

  @Test
  void aClosedStoreIsUnavailable() {
    try (AdminFixture admin = AdminFixture.withoutToken()) {
      admin.store.close();
      assertThat(admin.get(DOCTOR).status()).isEqualTo(503);
    }
  }
}
