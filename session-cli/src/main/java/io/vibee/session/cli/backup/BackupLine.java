package io.vibee.session.cli.backup;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.json.SessionJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a backup, each a JSON object: a header with the version of the format, the sessions,
 * and a footer that counts them. The file is encrypted as a whole; hashes are in clear within.
 */
final class BackupLine {
  static final String FORMAT = "vibee-session-backup";
  static final int VERSION = 1;

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private BackupLine() {}

  static String header(Instant now) {
    Map<String, @Nullable Object> header = new LinkedHashMap<>();
    header.put("format", FORMAT);
    header.put("version", VERSION);
    header.put("created_at", now.toString());
    return write(header);
  }

  static String footer(long sessions) {
    return write(Map.of("sessions", sessions));
  }

  /**
   * Writes a session with its hash in clear, and its chats as the texts that they are: no JSON that
   * is shown has either, so this is a format of its own.
   */
  static String session(Session session) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("user_id", session.userId());
    line.put("session_id", session.sessionId());
    line.put("api_id", session.apiId());
    line.put("api_hash", session.apiHash().exposeSecret());
    line.put("username", session.username());
    line.put("phone", session.phone());
    line.put("is_active", session.active());
    line.put("is_authorized", session.authorized());
    line.put("digital_twin_enabled", session.digitalTwinEnabled());
    line.put("auto_reply_enabled", session.autoReplyEnabled());
    line.put("target_chats", session.targetChats());
    line.put("created_at", SessionJson.time(session.createdAt()));
    line.put("updated_at", SessionJson.time(session.updatedAt()));
    return write(line);
  }

  private static String write(Map<String, ?> values) {
    try {
      return MAPPER.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and numbers were not JSON");
    }
  }

  /** Reads one line. The error has no cause, since Jackson's repeats what it read. */
  static JsonNode parse(String line) {
    try {
      JsonNode node = MAPPER.readTree(line);
      if (node != null && node.isObject()) return node;
    } catch (JsonProcessingException e) {
      // as below
    }
    throw new IllegalArgumentException("it is not a JSON object");
  }

  /**
   * Reads a session from its line.
   *
   * @throws IllegalArgumentException if a value is missing or not allowed; no value is repeated
   */
  static Session toSession(JsonNode line) {
    return Session.builder(
            text(line, "user_id"),
            text(line, "session_id"),
            number(line, "api_id"),
            Secret.of(text(line, "api_hash")))
        .username(optionalText(line, "username"))
        .phone(optionalText(line, "phone"))
        .active(flag(line, "is_active"))
        .authorized(flag(line, "is_authorized"))
        .digitalTwinEnabled(flag(line, "digital_twin_enabled"))
        .autoReplyEnabled(flag(line, "auto_reply_enabled"))
        .targetChats(texts(line, "target_chats"))
        .build();
  }

  static String text(JsonNode line, String name) {
    JsonNode value = line.path(name);
    if (!value.isTextual()) throw new IllegalArgumentException(name + " must be a text");
    return value.textValue();
  }

  private static @Nullable String optionalText(JsonNode line, String name) {
    return line.path(name).isNull() ? null : text(line, name);
  }

  static int number(JsonNode line, String name) {
    JsonNode value = line.path(name);
    if (value.isInt()) return value.intValue();
    throw new IllegalArgumentException(name + " must be a whole number");
  }

  private static boolean flag(JsonNode line, String name) {
    JsonNode value = line.path(name);
    if (value.isBoolean()) return value.booleanValue();
    throw new IllegalArgumentException(name + " must be true or false");
  }

  private static List<String> texts(JsonNode line, String name) {
    JsonNode value = line.path(name);
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value) {
      if (!element.isTextual()) throw new IllegalArgumentException(name + " must hold texts");
      texts.add(element.textValue());
    }
    if (value.isArray()) return texts;
    throw new IllegalArgumentException(name + " must be a list");
  }
}
