package io.vibee.session.admin;

import static io.vibee.session.admin.AdminFixture.bearer;
import static io.vibee.session.admin.AdminFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.admin.AdminFixture.Answer;
import io.vibee.session.jdbc.testing.Postgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields of a session in JSON, right and wrong. */
class SessionFieldsTest {
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

  @Test
  void aChatWhoseNameBeginsLikeJsonStaysAsItIs() {
    String chats = "[\"[1] group\",\"{}x\",[1],-1001234567890123]";
    add("100200300", "sess_demo0001");
    Answer changed = post("{\"user_id\":\"100200300\",\"target_chats\":" + chats + "}");
    assertThat(changed.json().path("target_chats")).hasToString(chats);
    assertThat(admin.database.value("select target_chats from user_sessions"))
        .isEqualTo("[\"[1] group\", \"{}x\", [1], -1001234567890123]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|user_id",
        "{\"user_id\":100200300}|user_id",
        "{\"user_id\":\"\"}|user_id",
        "{\"user_id\":\"a b\"}|user_id",
        "{\"user_id\":\"u\",\"api_id\":\"94892\"}|api_id",
        "{\"user_id\":\"u\",\"api_id\":94892.0}|api_id",
        "{\"user_id\":\"u\",\"api_id\":1e3}|api_id",
        "{\"user_id\":\"u\",\"api_id\":0}|api_id",
        "{\"user_id\":\"u\",\"api_id\":2147483648}|api_id",
        "{\"user_id\":\"u\",\"api_id\":null}|api_id",
        "{\"user_id\":\"u\",\"api_hash\":\"\"}|api_hash",
        "{\"user_id\":\"u\",\"api_hash\":null}|api_hash",
        "{\"user_id\":\"u\",\"session_id\":null}|session_id",
        "{\"user_id\":\"u\",\"is_active\":\"true\"}|is_active",
        "{\"user_id\":\"u\",\"is_active\":1}|is_active",
        "{\"user_id\":\"u\",\"phone\":5}|phone",
        "{\"user_id\":\"u\",\"phone\":\"123456789012345678901234567890123456789012345678901\"}|phone",
        "{\"user_id\":\"u\",\"username\":\"a\\u0000b\"}|username",
        "{\"user_id\":\"u\",\"username\":\"\\ud800\"}|username",
        "{\"user_id\":\"u\",\"target_chats\":\"x\"}|target_chats",
        "{\"user_id\":\"u\",\"target_chats\":[1.5]}|target_chats",
        "{\"user_id\":\"u\",\"target_chats\":[true]}|target_chats",
        "{\"user_id\":\"u\",\"target_chats\":[null]}|target_chats",
        "{\"user_id\":\"u\",\"target_chats\":[9223372036854775808]}|target_chats",
        "{\"user_id\":\"u\",\"target_chats\":[\"a\\nb\"]}|target_chats",
        "{\"user_id\":\"u\",\"target_chats\":[{\"a\":\"\\u0000\"}]}|target_chats",
        "{\"user_id\":\"u\",\"target_chats\":[{\"a\\u0000\":1}]}|target_chats",
        "{\"user_id\":\"u\",\"target_chats\":[{\"a\":1e400000}]}|target_chats",
        "{\"user_id\":\"u\",\"target_chats\":[\"{\\\"a\\\":\\\"\\\\u0000\\\"}\"]}|target_chats",
        "{\"user_id\":\"u\",\"created_at\":\"2026-01-01T00:00:00Z\"}|created_at",
        "{\"user_id\":\"u\",\"apihash\":\"x\"}|apihash",
        "{\"user_id\":\"u\",\"isActive\":true}|isActive",
      })
  void namesTheFieldThatIsWrong(String body, String field) {
    String before = admin.rows();
    Answer refused = post(body);
    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(refused.faultyFields()).contains(field);
    assertThat(admin.rows()).isEqualTo(before);
  }

  /** More digits than Jackson reads unless told to, and the store tells it to. */
  @ParameterizedTest
  @ValueSource(ints = {41, 1_000, 1_001, 4_000})
  void namesChatsThatTheStoreTakesForJsonWithTooManyDigits(int digits) {
    String chat = "{\\\"a\\\":" + "7".repeat(digits) + "}";
    Answer refused = post("{\"user_id\":\"u\",\"target_chats\":[\"" + chat + "\"]}");
    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(refused.faultyFields()).contains("target_chats");
  }

  @Test
  void namesTheFieldWithACharacterThatTheDatabaseLacks() {
    try (AdminFixture latin = AdminFixture.over(Postgres.NEWEST.createDatabaseIn("WIN1252"))) {
      String body = AdminFixture.body("100200300", "sess_demo0001");
      Answer refused = latin.post(SESSIONS, body.replace("{", "{\"username\":\"\u0418\","));
      assertThat(refused.status()).as(refused.body()).isEqualTo(422);
      assertThat(refused.faultyFields()).containsExactly("username");
      assertThat(refused.body()).contains("encoding, WIN1252, lacks").doesNotContain("\u0418");
    }
  }

  @Test
  void tellsAllThatANewSessionLacks() {
    Answer incomplete = post("{\"user_id\":\"100200300\",\"username\":\"demo\"}");
    assertThat(incomplete.status()).isEqualTo(422);
    assertThat(incomplete.faultyFields()).containsExactly("session_id", "api_id", "api_hash");
  }

  @Test
  void nullClearsPhoneAndName() {
    add("100200300", "sess_demo0001");
    JsonNode cleared = post("{\"user_id\":\"100200300\",\"phone\":null,\"username\":null}").json();
    assertThat(cleared.path("phone").isNull()).isTrue();
    assertThat(cleared.path("username").isNull()).isTrue();
  }

  @Test
  void keepsTargetChatsAsTheyCame() {
    add("100200300", "sess_demo0001");
    String chats = "[-1001234567890,\"@name\",{\"id\":5,\"x\":1.5},[1,\"a\"],\"\"]";
    post("{\"user_id\":\"100200300\",\"target_chats\":" + chats + "}");
    assertThat(get(SESSIONS + "/100200300").json().path("target_chats").toString())
        .isEqualTo("[-1001234567890,\"@name\",{\"x\":1.5,\"id\":5},[1,\"a\"],\"\"]");
  }
}
