package io.vibee.session.cli;

import io.vibee.session.Activity;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSession;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sessions and entries of the log as the REST API writes them. There is no hash in them. */
final class SessionJson {
  private SessionJson() {}

  static Map<String, @Nullable Object> of(SessionSummary session) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("user_id", session.userId());
    json.put("session_id", session.sessionId());
    json.put("api_id", session.apiId());
    json.put("username", session.username());
    json.put("phone", session.phone());
    json.put("is_active", session.active());
    json.put("is_authorized", session.authorized());
    json.put("digital_twin_enabled", session.digitalTwinEnabled());
    json.put("auto_reply_enabled", session.autoReplyEnabled());
    json.put("target_chats", session.targetChats().stream().map(ChatJson::of).toList());
    json.put("last_seen_at", text(session.lastSeenAt()));
    json.put("created_at", text(session.createdAt()));
    json.put("updated_at", text(session.updatedAt()));
    return json;
  }

  static Map<String, @Nullable Object> of(Activity entry) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", entry.id());
    json.put("session_id", entry.sessionId());
    json.put("user_id", entry.userId());
    json.put("activity_type", entry.type());
    json.put("details", entry.details());
    json.put("created_at", text(entry.createdAt()));
    return json;
  }

  static Map<String, @Nullable Object> of(UnreadableSession session) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("user_id", session.userId());
    json.put("session_id", session.sessionId());
    json.put("is_active", session.active());
    json.putAll(why(session));
    return json;
  }

  /** Without what a summary of the session tells too. */
  static Map<String, @Nullable Object> why(UnreadableSession session) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("key_version", session.keyVersion());
    json.put("reason", session.reason().name().toLowerCase(Locale.ROOT));
    return json;
  }

  static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
