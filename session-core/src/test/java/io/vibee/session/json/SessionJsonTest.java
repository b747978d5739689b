package io.vibee.session.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SessionSummary;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What scripts and clients rely on: names, order and forms of a session's fields. */
class SessionJsonTest {
  private static final List<String> CHATS =
      List.of("-1001234567890", "some_channel", "[1]", "99999999999999999999", "007");

  @Test
  void showsASessionAsTheRestApiDoes() {
    SessionSummary session =
        SessionSummary.builder(7, "1", "sess_1", 5)
            .phone("+1")
            .targetChats(CHATS)
            .lastSeenAt(Instant.parse("2026-11-22T00:00:00.5Z"))
            .stored(Instant.EPOCH, Instant.EPOCH, 3, 1)
            .build();
    assertThat(SessionJson.write(session).toString())
        .isEqualTo(
            "{\"user_id\":\"1\",\"session_id\":\"sess_1\",\"api_id\":5,\"username\":null,"
                + "\"phone\":\"+1\",\"is_active\":true,\"is_authorized\":false,"
                + "\"digital_twin_enabled\":false,\"auto_reply_enabled\":true,\"target_chats\":"
                + "[-1001234567890,\"some_channel\",[1],\"99999999999999999999\",\"007\"],"
                + "\"last_seen_at\":\"2026-11-22T00:00:00.500Z\","
                + "\"created_at\":\"1970-01-01T00:00:00Z\",\"updated_at\":\"1970-01-01T00:00:00Z\"}");
  }
}
