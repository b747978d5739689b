package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.admin.AdminFixture.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the API tells of sessions that cannot be read, and of those held though inactive. */
class ReadabilityTest {
  private static final String SESSIONS = "/api/v1/sessions";

  private AdminFixture admin;

  @BeforeEach
  void start() {
    admin = AdminFixture.withoutToken();
    admin.add("100200300", "sess_a");
    admin.add("100200301", "sess_b");
    admin.add("100200302", "sess_c");
    admin.store.markAuthorized("sess_b", true);
    admin.store.deactivate("sess_c");
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  /** As somebody with the table's rights does. */
  private void damage(String... sessionIds) {
    admin.database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = 'damaged' where session_id in ('"
            + String.join("','", sessionIds)
            + "')");
  }

  private String counts() {
    return admin.get("/api/v1/stats").json().path("sessions").toString();
  }

  private List<String> states() {
    List<String> states = new ArrayList<>();
    for (JsonNode session : admin.get(SESSIONS + "?active=all").json().path("sessions")) {
      states.add(session.path("readable") + " " + session.path("problem").asText());
    }
    return states;
  }

  @Test
  void tellsInListCountsAndEachSession() {
    damage("sess_b", "sess_c");
    assertThat(states()).containsExactly("true null", "false not_sealed", "false not_sealed");
    assertThat(counts())
        .isEqualTo(
            "{\"active\":2,\"authorized\":0,\"unauthorized\":1,\"unreadable\":1,\"inactive\":1}");
    Answer one = admin.get(SESSIONS + "/100200301");
    assertThat(one.json().path("readable").asBoolean(true)).isFalse();
    assertThat(one.json().path("problem").asText()).isEqualTo("not_sealed");
    assertThat(admin.get(SESSIONS + "/100200300").json().path("readable").asBoolean()).isTrue();
  }

  @Test
  void tellsAtOnceOfWhatWasChangedHere() {
    damage("sess_b");
    assertThat(states()).contains("false not_sealed");
    Answer mended = admin.add("100200301", "sess_b");
    assertThat(mended.status()).isEqualTo(200);
    assertThat(mended.json().path("readable").asBoolean()).isTrue();
    // On a busy machine a reading takes more than the quarter of a second that a caller waits for
    // it, who then gets the one before. The next one is not put off for that.
    await()
        .untilAsserted(
            () -> assertThat(states()).containsExactly("true null", "true null", "true null"));
    admin.delete(SESSIONS + "/sess_b");
    await()
        .untilAsserted(
            () ->
                assertThat(counts())
                    .contains("\"authorized\":0", "\"unreadable\":0", "\"inactive\":2"));
  }

  @Test
  void tellsWhichKeyIsMissing() {
    admin.database.executeWithoutTriggers(
        "update user_sessions set key_version = 77 where session_id = 'sess_a'");
    assertThat(states().get(0)).isEqualTo("false key_missing");
  }

  /** Put back from a copy of the row with a key outside the database that was retired since. */
  @Test
  void tellsOfTamperingAndCountsItAsAnError() {
    admin.database.executeWithoutTriggers(
        """
        insert into encryption_keys (id, version, key_fingerprint, archived_at, retired_at)
          values (99, 99, repeat('a', 32), now(), now());
        update user_sessions set key_version = 99 where session_id = 'sess_b'
        """);
    assertThat(admin.get(SESSIONS + "/100200301").json().path("problem").asText())
        .isEqualTo("tampered");
    JsonNode hours = admin.get("/api/v1/stats?hours=2").json().path("activity").path("counts");
    int errors = 0;
    for (JsonNode hour : hours) errors += hour.path("errors").asInt();
    assertThat(errors).isEqualTo(1);
    await().untilAsserted(() -> assertThat(states().get(1)).isEqualTo("false tampered"));
    assertThat(counts()).contains("\"authorized\":0", "\"unreadable\":1");
  }

  @Test
  void flagsAnInactiveSessionThatIsStillSeen() {
    admin.store.touch(List.of("sess_b", "sess_c"));
    assertThat(flag("100200302")).isTrue();
    assertThat(flag("100200301")).isFalse();
    admin.delete(SESSIONS + "/sess_b");
    assertThat(flag("100200301")).isFalse();
    admin.post(SESSIONS + "/sess_c/activate", "");
    assertThat(flag("100200302")).isFalse();
  }

  private boolean flag(String userId) {
    return admin.get(SESSIONS + "/" + userId).json().path("seen_since_deactivated").asBoolean();
  }

  /** A store that fails whenever all sessions are read. */
  private ManagedSessionStore failing() {
    return StoreProxy.of(
        (proxy, method, arguments) -> {
          if (method.getName().equals("forEach")) {
            throw new StoreUnavailableException("made up", "", null);
          }
          return StoreProxy.pass(method, admin.store, arguments);
        });
  }

  @Test
  void saysThatItIsNotKnownRatherThanWell() {
    try (AdminServer server =
        AdminServer.over(failing()).environment(java.util.Map.of("PORT", "0")).start()) {
      String list = get(server, SESSIONS);
      assertThat(list).startsWith("HTTP/1.1 200 ").contains("\"readable\":null,\"problem\":null");
      assertThat(get(server, "/api/v1/stats"))
          .contains(
              "{\"active\":2,\"authorized\":1,\"unauthorized\":1,\"unreadable\":null,\"inactive\":1}");
    }
  }

  private static String get(AdminServer server, String path) {
    String host = "localhost:" + server.port();
    return RawHttp.exchange(
        server.port(),
        "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }

  @Test
  void readsOnceForAllWhoAsk() {
    List<Runnable> readings = new ArrayList<>();
    Executor counting =
        task -> {
          readings.add(task);
          task.run();
        };
    Readability readability = new Readability(admin.store, counting);
    SessionSummary session = admin.store.list(SessionQuery.all(1)).get(0);
    for (int i = 0; i < 10; i++) {
      assertThat(readability.all().of(session)).isEqualTo(Readability.State.READABLE);
    }
    assertThat(readings).hasSize(1);
    damage("sess_a");
    readability.changed();
    // After as long as the first one took.
    await()
        .untilAsserted(
            () -> assertThat(readability.all().of(session).problem()).isEqualTo(Reason.NOT_SEALED));
    assertThat(readings).hasSize(2);
  }
}
