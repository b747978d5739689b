package io.vibee.session.jdbc.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vibee.session.Session;
import io.vibee.session.json.ChatJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes the jsonb columns: the chats of a session, and the details of a log entry. */
public final class JsonColumns {
  /** Stands for chats that are too long, which the schema once allowed; no JSON is empty. */
  private static final String TOO_LONG = "";

  /**
   * Selects the chats of a row {@code s}: null for none, which costs next to nothing to send. What
   * is short as stored needs no second look for its length.
   */
  static final String CHATS =
      """
      case when s.target_chats = '[]'::jsonb then null
                  when pg_column_size(s.target_chats) < 2000 or octet_length(s.target_chats::text) <= %s
                  then s.target_chats::text else '%s' end
      """
          .formatted(Session.MAX_TARGET_CHATS_BYTES, TOO_LONG);

  private JsonColumns() {}

  /**
   * Reads chats: strings as they are, everything else as its JSON; a value that is not an array
   * counts as the only chat.
   *
   * @param json as {@link #CHATS} selects it
   * @throws IllegalArgumentException if they are too long or nested too deeply
   */
  public static List<String> readChats(@Nullable String json) {
    // Most rows have none, and an agent that loads only those is spared Jackson's 400 classes.
    if (json == null) return List.of();
    if (json.equals(TOO_LONG)) throw new IllegalArgumentException("the chats are too long");
    return ChatJson.read(json);
  }

  /** Writes chats: 64-bit decimal numbers, objects and arrays as JSON, all others as strings. */
  public static String writeChats(List<String> chats) {
    return ChatJson.write(chats).toString();
  }

  /** Reads details; a value that is not an object becomes the only entry of one, {@code value}. */
  public static Map<String, @Nullable Object> readDetails(@Nullable String json) {
    return json == null ? Map.of() : Json.readDetails(json);
  }

  /**
   * Writes details; returns null if there are none.
   *
   * @throws IllegalArgumentException if they cannot be written as JSON
   */
  public static @Nullable String writeDetails(Map<String, ?> details) {
    return details.isEmpty() ? null : Json.writeDetails(details);
  }

  /** Keeps Jackson apart, so that it is loaded only when needed; errors never quote the text. */
  private static final class Json {
    /** Allows for numbers such as 1e5000, which PostgreSQL writes with all their digits. */
    private static final StreamReadConstraints LIMITS =
        StreamReadConstraints.builder().maxNumberLength(200_000).build();

    private static final ObjectMapper MAPPER =
        JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> DETAILS =
        new TypeReference<>() {};

    private Json() {}

    static Map<String, @Nullable Object> readDetails(String json) {
      try {
        // Entries written by hand may hold any JSON, not just objects.
        return json.startsWith("{")
            ? MAPPER.readValue(json, DETAILS)
            : Map.of("value", MAPPER.readValue(json, Object.class));
      } catch (JsonProcessingException | NullPointerException e) {
        return Map.of();
      }
    }

    static String writeDetails(Map<String, ?> details) {
      try {
        return MAPPER.writeValueAsString(details);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("the details cannot be written as JSON");
      }
    }
  }
}
