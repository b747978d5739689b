package io.vibee.session.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.SessionSummary;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes a session as JSON, with the names and in the order of the REST API. It has no hash, since
 * a {@link SessionSummary} has none.
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("exports") // who calls this has Jackson
public final class SessionJson {
  private SessionJson() {}

  /**
   * Writes a session.
   *
   * @param session any session, whose texts are written as they are stored
   * @return an object of the caller's own
   */
  public static ObjectNode write(SessionSummary session) {
    ObjectNode json = Jackson.MAPPER.createObjectNode();
    json.put("user_id", session.userId());
    json.put("session_id", session.sessionId());
    json.put("api_id", session.apiId());
    json.put("username", session.username());
    json.put("phone", session.phone());
    json.put("is_active", session.active());
    json.put("is_authorized", session.authorized());
    json.put("digital_twin_enabled", session.digitalTwinEnabled());
    json.put("auto_reply_enabled", session.autoReplyEnabled());
    json.set("target_chats", ChatJson.write(session.targetChats()));
    json.put("last_seen_at", time(session.lastSeenAt()));
    json.put("created_at", time(session.createdAt()));
    json.put("updated_at", time(session.updatedAt()));
    return json;
  }

  /**
   * Writes a time as RFC 3339 in UTC, which is how an instant prints itself.
   *
   * @param time the time; null if there is none
   * @return its text; null if there is none
   */
  public static @Nullable String time(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
