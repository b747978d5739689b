package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSession.Reason;
import io.vibee.session.admin.http.Json;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a session as JSON. It has no hash, since a {@link SessionSummary} has none. */
final class SessionJson {
  private SessionJson() {}

  static ObjectNode write(SessionSummary session, Readability.State state) {
    ObjectNode json = Json.object();
    json.put("user_id", session.userId());
    json.put("session_id", session.sessionId());
    json.put("api_id", session.apiId());
    json.put("username", session.username());
    json.put("phone", session.phone());
    json.put("is_active", session.active());
    json.put("is_authorized", session.authorized());
    json.put("digital_twin_enabled", session.digitalTwinEnabled());
    json.put("auto_reply_enabled", session.autoReplyEnabled());
    ArrayNode chats = json.putArray("target_chats");
    session.targetChats().forEach(chat -> chats.add(Chats.toJson(chat)));
    json.put("readable", state.known() ? state.problem() == null : null);
    json.put("problem", state.problem() == null ? null : codeOf(state.problem()));
    json.put("last_seen_at", text(session.lastSeenAt()));
    json.put("seen_since_deactivated", isSeenSinceDeactivated(session));
    json.put("created_at", text(session.createdAt()));
    json.put("updated_at", text(session.updatedAt()));
    return json;
  }

  private static String codeOf(Reason problem) {
    return problem.name().toLowerCase(Locale.ROOT);
  }

  /** Compares with the last change, since deactivating is one and being seen is not. */
  private static boolean isSeenSinceDeactivated(SessionSummary session) {
    @Nullable Instant seen = session.lastSeenAt();
    return !session.active() && seen != null && seen.isAfter(session.updatedAt());
  }

  /** Writes RFC 3339 in UTC, which is how an instant prints itself. */
  static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
