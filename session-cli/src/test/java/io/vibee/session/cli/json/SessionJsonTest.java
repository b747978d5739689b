package io.vibee.session.cli.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionSummary;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What scripts and old backups rely on: names, order and forms of a session's fields. */
class SessionJsonTest {
  private static final List<String> CHATS =
      List.of("-1001234567890", "some_channel", "[1]", "99999999999999999999", "007");

  @Test
  void showsASessionAsTheRestApiDoes() {
    SessionSummary session =
        new SessionSummary(
            7,
            "1",
            "sess_1",
            5,
            null,
            "+1",
            true,
            false,
            false,
            true,
            CHATS,
            Instant.parse("2026-11-22T00:00:00.5Z"),
            Instant.EPOCH,
            Instant.EPOCH,
            3,
            1);
    assertThat(Json.line(SessionJson.of(session)))
        .isEqualTo(
            "{\"user_id\":\"1\",\"session_id\":\"sess_1\",\"api_id\":5,\"username\":null,"
                + "\"phone\":\"+1\",\"is_active\":true,\"is_authorized\":false,"
                + "\"digital_twin_enabled\":false,\"auto_reply_enabled\":true,\"target_chats\":"
                + "[-1001234567890,\"some_channel\",[1],\"99999999999999999999\",\"007\"],"
                + "\"last_seen_at\":\"2026-11-22T00:00:00.500Z\","
                + "\"created_at\":\"1970-01-01T00:00:00Z\",\"updated_at\":\"1970-01-01T00:00:00Z\"}");
  }

  @Test
  void keepsTheHashAndChatsAsTheyAreForABackup() {
    Session session =
        Session.builder("1", "sess_1", 5, Secret.of("made_up")).targetChats(CHATS).build();
    assertThat(Json.line(SessionJson.forBackup(session)))
        .isEqualTo(
            "{\"user_id\":\"1\",\"session_id\":\"sess_1\",\"api_id\":5,\"api_hash\":\"made_up\","
                + "\"username\":null,\"phone\":null,\"is_active\":true,\"is_authorized\":false,"
                + "\"digital_twin_enabled\":false,\"auto_reply_enabled\":true,\"target_chats\":"
                + "[\"-1001234567890\",\"some_channel\",\"[1]\",\"99999999999999999999\",\"007\"],"
                + "\"created_at\":null,\"updated_at\":null}");
  }
}
