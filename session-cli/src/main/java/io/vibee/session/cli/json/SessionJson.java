package io.vibee.session.cli.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vibee.session.Activity;
import io.vibee.session.Session;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoredTexts;
import io.vibee.session.UnreadableSession;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sessions and entries of the log as values of JSON: for {@code --json} as the REST API writes
 * them, without a hash; for a backup with the hash, and chats as the texts that they are.
 */
public final class SessionJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** All fields of a session in the order in which they are written. */
  private static final List<Field> FIELDS =
      List.of(
          new Field("user_id", SessionSummary::userId, Session::userId),
          new Field("session_id", SessionSummary::sessionId, Session::sessionId),
          new Field("api_id", SessionSummary::apiId, Session::apiId),
          new Field("api_hash", null, session -> session.apiHash().exposeSecret()),
          new Field("username", SessionSummary::username, Session::username),
          new Field("phone", SessionSummary::phone, Session::phone),
          new Field("is_active", SessionSummary::active, Session::active),
          new Field("is_authorized", SessionSummary::authorized, Session::authorized),
          new Field(
              "digital_twin_enabled",
              SessionSummary::digitalTwinEnabled,
              Session::digitalTwinEnabled),
          new Field(
              "auto_reply_enabled", SessionSummary::autoReplyEnabled, Session::autoReplyEnabled),
          new Field(
              "target_chats",
              session -> session.targetChats().stream().map(SessionJson::chat).toList(),
              Session::targetChats),
          new Field("last_seen_at", session -> text(session.lastSeenAt()), null),
          new Field(
              "created_at",
              session -> text(session.createdAt()),
              session -> text(session.createdAt())),
          new Field(
              "updated_at",
              session -> text(session.updatedAt()),
              session -> text(session.updatedAt())));

  /**
   * A field of a session.
   *
   * @param shown its value for {@code --json}; null if it is not shown
   * @param kept its value in a backup; null if a backup does not keep it
   */
  private record Field(
      String name,
      @Nullable Function<SessionSummary, @Nullable Object> shown,
      @Nullable Function<Session, @Nullable Object> kept) {}

  private SessionJson() {}

  /** Describes a stored session, without its hash. */
  public static Map<String, @Nullable Object> of(SessionSummary session) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    for (Field field : FIELDS) {
      if (field.shown() != null) json.put(field.name(), field.shown().apply(session));
    }
    return json;
  }

  /** Describes a session for a backup, with its hash in clear. */
  public static Map<String, @Nullable Object> forBackup(Session session) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    for (Field field : FIELDS) {
      if (field.kept() != null) json.put(field.name(), field.kept().apply(session));
    }
    return json;
  }

  /** Describes an entry of the activity log. */
  public static Map<String, @Nullable Object> of(Activity entry) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", entry.id());
    json.put("session_id", entry.sessionId());
    json.put("user_id", entry.userId());
    json.put("activity_type", entry.type());
    json.put("details", entry.details());
    json.put("created_at", text(entry.createdAt()));
    return json;
  }

  /** Describes a session that cannot be read, and why. */
  public static Map<String, @Nullable Object> of(UnreadableSession session) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("user_id", session.userId());
    json.put("session_id", session.sessionId());
    json.put("is_active", session.active());
    json.putAll(why(session));
    return json;
  }

  /** Says why a session cannot be read, without what its summary has too. */
  public static Map<String, @Nullable Object> why(UnreadableSession session) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("key_version", session.keyVersion());
    json.put("reason", session.reason().name().toLowerCase(Locale.ROOT));
    return json;
  }

  /** Writes a time as ISO 8601 in UTC. */
  public static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  /**
   * Turns a target chat, which a session holds as a text, into what the store and the REST API
   * have: a decimal number of 64 bits is a number, an object or array is itself, anything else is a
   * string.
   */
  private static JsonNode chat(String chat) {
    OptionalLong number = StoredTexts.chatNumber(chat);
    if (number.isPresent()) return LongNode.valueOf(number.getAsLong());
    if (chat.startsWith("{") || chat.startsWith("[")) {
      try {
        return MAPPER.readTree(chat);
      } catch (JsonProcessingException e) {
        // No JSON after all: a text.
      }
    }
    return TextNode.valueOf(chat);
  }
}
