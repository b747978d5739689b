package io.vibee.session.admin;

import static io.vibee.session.admin.AdminFixture.bearer;
import static io.vibee.session.admin.AdminFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.ApiHashForm;
import io.vibee.session.admin.AdminFixture.Answer;
import io.vibee.session.admin.SessionChange.Kind;
import io.vibee.session.jdbc.testing.Canary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the contract says of each call, through a real server and database. */
class SessionCallsTest {
  private static final String SESSIONS = "/api/v1/sessions";
  private static AdminFixture admin;

  @BeforeAll
  static void start() {
    admin =
        AdminFixture.with(
            java.util.Map.of(
                "VIBEE_API_KEY", AdminFixture.TOKEN, "VIBEE_API_KEY_ALICE", "alices-own-token-02"));
  }

  @AfterAll
  static void stop() {
    admin.close();
  }

  @BeforeEach
  void empty() {
    admin.database.executeWithoutTriggers("delete from user_sessions");
    admin.database.executeWithoutTriggers("delete from session_activity");
    admin.changes.clear();
  }

  private static Answer add(String userId, String sessionId) {
    return admin.add(userId, sessionId, bearer(AdminFixture.TOKEN));
  }

  private static Answer post(String json, String... headers) {
    return admin.post(SESSIONS, json, bearer(AdminFixture.TOKEN, headers));
  }

  private static Answer get(String path, String... headers) {
    return admin.get(path, bearer(AdminFixture.TOKEN, headers));
  }

  private static Answer delete(String path, String... headers) {
    return admin.delete(path, bearer(AdminFixture.TOKEN, headers));
  }

  @Test
  void addsASessionThenUpdatesIt() {
    Answer created = add("100200300", "sess_demo0001");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.header("Location")).isEqualTo(SESSIONS + "/100200300");
    Answer updated =
        post("{\"user_id\":\"100200300\",\"username\":\"demo\",\"is_authorized\":true}");
    assertThat(updated.status()).isEqualTo(200);
    assertThat(updated.json().path("username").asText()).isEqualTo("demo");
    assertThat(updated.json().path("phone").asText()).isEqualTo("+10005550123");
    assertThat(updated.header("ETag")).isNotEqualTo(created.header("ETag"));
    assertThat(admin.store.findByUserId("100200300").orElseThrow().apiHash().exposeSecret())
        .isEqualTo(Canary.API_HASH);
    assertThat(admin.changes.stream().map(SessionChange::kind))
        .containsExactly(Kind.CREATED, Kind.UPDATED);
  }

  @Test
  void warnsInTheLogOfAHashThatIsNone() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger(SessionCalls.class.getName());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            seen.add(new SimpleFormatter().formatMessage(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    try {
      add("100200300", "sess_ordinary");
      String json =
          "{\"user_id\":\"100200399\",\"session_id\":\"sess_odd\",\"api_id\":1,\"api_hash\":\"client_api_hash\"}";
      assertThat(post(json).status()).isEqualTo(201);
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(seen)
        .containsOnlyOnce("session sess_odd of user 100200399: " + ApiHashForm.ADVICE)
        .noneMatch(line -> line.contains("sess_ordinary") || line.contains("client_api_hash"));
  }

  @Test
  void showsEveryFieldButTheHash() {
    add("100200300", "sess_demo0001");
    Answer shown = get(SESSIONS + "/100200300");
    List<String> fields = new ArrayList<>();
    shown.json().fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .containsExactly(
            "user_id",
            "session_id",
            "api_id",
            "username",
            "phone",
            "is_active",
            "is_authorized",
            "digital_twin_enabled",
            "auto_reply_enabled",
            "target_chats",
            "readable",
            "problem",
            "last_seen_at",
            "seen_since_deactivated",
            "created_at",
            "updated_at");
    assertThat(Instant.parse(shown.json().path("created_at").asText())).isBefore(Instant.now());
    assertThat(shown.json().path("last_seen_at").isNull()).isTrue();
    assertThat(Canary.in(shown.body())).isEmpty();
  }

  @Test
  void listsActiveSessionsPageByPage() {
    for (int i = 1; i <= 5; i++) add("10020030" + i, "sess_demo000" + i);
    delete(SESSIONS + "/sess_demo0002");
    List<String> seen = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = get(SESSIONS + "?limit=2" + next).json();
      page.path("sessions").forEach(session -> seen.add(session.path("session_id").asText()));
      next = page.path("next").isNull() ? null : "&after=" + page.path("next").asText();
    } while (next != null);
    assertThat(seen)
        .containsExactly("sess_demo0001", "sess_demo0003", "sess_demo0004", "sess_demo0005");
    assertThat(get(SESSIONS + "?active=false").json().path("sessions")).hasSize(1);
    assertThat(get(SESSIONS + "?active=all").json().path("sessions")).hasSize(5);
  }

  @Test
  void deactivatesAndActivates() {
    add("100200300", "sess_demo0001");
    assertThat(delete(SESSIONS + "/sess_demo0001").status()).isEqualTo(204);
    assertThat(delete(SESSIONS + "/sess_demo0001").status()).isEqualTo(204);
    assertThat(get(SESSIONS).json().path("sessions")).isEmpty();
    assertThat(get(SESSIONS + "/100200300").json().path("is_active").asBoolean()).isFalse();
    Answer active =
        admin.send("POST", SESSIONS + "/sess_demo0001/activate", null, bearer(AdminFixture.TOKEN));
    assertThat(active.status()).isEqualTo(200);
    assertThat(active.json().path("is_active").asBoolean()).isTrue();
    assertThat(admin.changes.stream().map(SessionChange::kind))
        .containsExactly(Kind.CREATED, Kind.DEACTIVATED, Kind.DEACTIVATED, Kind.ACTIVATED);
    assertThat(admin.changes.get(1).session().active()).isFalse();
  }

  @Test
  void unknownSessionsAreNotFound() {
    assertThat(get(SESSIONS + "/100200399").status()).isEqualTo(404);
    assertThat(delete(SESSIONS + "/sess_none").status()).isEqualTo(404);
    assertThat(delete(SESSIONS + "/sess_none", "If-Match", "\"1-1\"").status()).isEqualTo(404);
    assertThat(get(SESSIONS + "/sess_none/activity").status()).isEqualTo(404);
    String path = SESSIONS + "/sess_none/activate";
    assertThat(admin.send("POST", path, null, bearer(AdminFixture.TOKEN)).status()).isEqualTo(404);
  }

  @Test
  void idsInPathsAreDecodedAndComparedExactly() {
    add("demo/user ü".replace(" ", "_"), "sess/slash");
    assertThat(get(SESSIONS + "/demo%2Fuser_%C3%BC").status()).isEqualTo(200);
    assertThat(get(SESSIONS + "/DEMO%2Fuser_%C3%BC").status()).isEqualTo(404);
    assertThat(delete(SESSIONS + "/sess%2Fslash").status()).isEqualTo(204);
  }

  @Test
  void aSessionIdServesOneUser() {
    add("100200300", "sess_demo0001");
    Answer conflict = add("100200301", "sess_demo0001");
    assertThat(conflict.status()).isEqualTo(409);
    assertThat(conflict.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(conflict.faultyFields()).containsExactly("session_id");
  }

  @Test
  void everyChangeIsLoggedInTheNameOfItsToken() {
    add("100200300", "sess_demo0001");
    String[] alice = bearer("alices-own-token-02");
    admin.delete(SESSIONS + "/sess_demo0001", alice);
    admin.post(SESSIONS, "{\"user_id\":\"100200300\",\"username\":\"a\"}", alice);
    assertThat(
            admin.database.query(
                "select details->>'actor' from session_activity"
                    + " where session_id = 'sess_demo0001' order by id"))
        .containsExactly("token:default", "token:alice", "token:alice");
    JsonNode log = get(SESSIONS + "/sess_demo0001/activity?limit=2").json();
    assertThat(log.path("activity")).hasSize(2);
    assertThat(log.path("activity").path(0).path("details").path("actor").asText())
        .isEqualTo("token:alice");
    JsonNode rest = get("/api/v1/activity?before=" + log.path("next").asText()).json();
    assertThat(rest.path("activity")).hasSize(1);
    assertThat(rest.path("next").isNull()).isTrue();
  }

  @Test
  void countsSessionsAndActivity() {
    add("100200300", "sess_demo0001");
    add("100200301", "sess_demo0002");
    admin.store.markAuthorized("sess_demo0001", true);
    admin.store.deactivate("sess_demo0002");
    JsonNode stats = get("/api/v1/stats?hours=3").json();
    assertThat(stats.path("sessions").toString())
        .isEqualTo(
            "{\"active\":1,\"authorized\":1,\"unauthorized\":0,\"unreadable\":0,\"inactive\":1}");
    JsonNode counts = stats.path("activity").path("counts");
    assertThat(counts).hasSize(3);
    long entries = 0;
    for (JsonNode count : counts) entries += count.path("count").asLong();
    assertThat(entries).isGreaterThanOrEqualTo(4);
  }

  @Test
  void aListenerThatFailsDoesNotFailTheCall() {
    try (AdminServer other =
        AdminServer.over(admin.store)
            .environment(java.util.Map.of("PORT", "0"))
            .onChange(
                change -> {
                  throw new IllegalStateException(Canary.API_HASH);
                })
            .start()) {
      String request =
          "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost:"
              + other.port()
              + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
              + body("100200300", "sess_demo0001").length()
              + "\r\n\r\n"
              + body("100200300", "sess_demo0001");
      assertThat(RawHttp.exchange(other.port(), request)).startsWith("HTTP/1.1 201 ");
    }
  }

  @Test
  void headIsGetWithoutABody() {
    add("100200300", "sess_demo0001");
    Answer get = get(SESSIONS + "/100200300");
    Answer head = admin.send("HEAD", SESSIONS + "/100200300", null, bearer(AdminFixture.TOKEN));
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("ETag")).isEqualTo(get.header("ETag"));
    assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
  }
}
