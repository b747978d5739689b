package io.vibee.session.jdbc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The jsonb columns as Java values; errors never quote the text. */
final class JsonText {
  /** PostgreSQL writes a number such as 1e5000 with all its digits. */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxNumberLength(200_000).build();

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS) // "[1] group" is a name
          .build();
  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> DETAILS =
      new TypeReference<>() {};
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");

  private JsonText() {}

  /** Texts as they are, everything else as its JSON; what is no array counts as its only chat. */
  static List<String> readChats(String json) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node.isNull()) return List.of();
      List<String> chats = new ArrayList<>();
      for (JsonNode chat : node.isArray() ? node : MAPPER.createArrayNode().add(node)) {
        chats.add(chat.isTextual() ? chat.textValue() : chat.toString());
      }
      return chats;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not valid JSON");
    }
  }

  static String writeChats(List<String> chats) {
    ArrayNode array = MAPPER.createArrayNode();
    chats.forEach(chat -> addChat(array, chat));
    return array.toString();
  }

  private static void addChat(ArrayNode array, String chat) {
    if (INTEGER.matcher(chat).matches()) {
      try {
        array.add(Long.parseLong(chat));
        return;
      } catch (NumberFormatException e) {
        // More than 64 bits: a text.
      }
    }
    @Nullable JsonNode container = container(chat);
    if (container != null) {
      array.add(container);
    } else {
      array.add(chat);
    }
  }

  private static @Nullable JsonNode container(String chat) {
    if (!chat.startsWith("{") && !chat.startsWith("[")) return null;
    try {
      return MAPPER.readTree(chat);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  static Map<String, @Nullable Object> readDetails(@Nullable String json) {
    if (json == null) return Map.of();
    try {
      // Entries written by hand may hold any JSON, not just objects.
      return json.startsWith("{")
          ? MAPPER.readValue(json, DETAILS)
          : Map.of("value", MAPPER.readValue(json, Object.class));
    } catch (JsonProcessingException | NullPointerException e) {
      return Map.of();
    }
  }

  static @Nullable String writeDetails(Map<String, ?> details) {
    if (details.isEmpty()) return null;
    try {
      return MAPPER.writeValueAsString(details);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the details cannot be written as JSON");
    }
  }
}
