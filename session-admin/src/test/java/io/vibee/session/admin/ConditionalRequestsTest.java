package io.vibee.session.admin;

import static io.vibee.session.admin.AdminFixture.bearer;
import static io.vibee.session.admin.AdminFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.admin.AdminFixture.Answer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ETag, If-Match and If-None-Match: two operators do not overwrite each other. */
class ConditionalRequestsTest {
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
  void ofTwoOperatorsTheSecondIsTold() {
    String seen = add("100200300", "sess_demo0001").header("ETag");
    String change = "{\"user_id\":\"100200300\",\"username\":\"%s\"}";
    assertThat(post(change.formatted("first"), "If-Match", seen).status()).isEqualTo(200);
    assertThat(post(change.formatted("second"), "If-Match", seen).status()).isEqualTo(412);
    assertThat(delete(SESSIONS + "/sess_demo0001", "If-Match", seen).status()).isEqualTo(412);
    Answer now = get(SESSIONS + "/100200300");
    assertThat(now.json().path("username").asText()).isEqualTo("first");
    String several = "\"7-7\", W/" + now.header("ETag") + ", " + now.header("ETag");
    assertThat(delete(SESSIONS + "/sess_demo0001", "If-Match", several).status()).isEqualTo(204);
  }

  @Test
  void ofManyOperatorsAtOnceOneWins() {
    String seen = add("100200300", "sess_demo0001").header("ETag");
    List<Integer> statuses =
        IntStream.range(0, 8)
            .mapToObj(i -> race("{\"user_id\":\"100200300\",\"username\":\"n" + i + "\"}", seen))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
    assertThat(statuses).containsOnlyOnce(200).contains(412).hasSize(8);
    assertThat(statuses.stream().filter(s -> s == 412)).hasSize(7);
  }

  @Test
  void addsOnlyWhatIsNewWhenAskedTo() {
    String body = body("100200300", "sess_demo0001");
    assertThat(post(body, "If-None-Match", "*").status()).isEqualTo(201);
    assertThat(post(body, "If-None-Match", "*").status()).isEqualTo(412);
    assertThat(post(body, "If-Match", "*").status()).isEqualTo(200);
    String other = body("100200301", "sess_demo0002");
    assertThat(post(other, "If-Match", "*").status()).isEqualTo(412);
    assertThat(post(other, "If-None-Match", "\"1-1\"").status()).isEqualTo(400);
  }

  @Test
  void aReadIsAlwaysAnsweredInFullSinceLastSeenIsNotInTheTag() {
    String seen = add("100200300", "sess_demo0001").header("ETag");
    assertThat(get(SESSIONS + "/100200300", "If-None-Match", seen).status()).isEqualTo(200);
  }

  @Test
  void anUpdateThatChangesNothingIsNoChangeButIsTold() {
    String tag = add("100200300", "sess_demo0001").header("ETag");
    Answer again = add("100200300", "sess_demo0001");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.header("ETag")).isEqualTo(tag);
    assertThat(admin.changes).as("it may repeat one whose answer was lost").hasSize(2);
  }

  private static CompletableFuture<Integer> race(String body, String seen) {
    var result = new CompletableFuture<Integer>();
    Thread thread = new Thread(() -> result.complete(post(body, "If-Match", seen).status()));
    thread.start();
    return result;
  }
}
