package io.vibee.session.testkit.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.Session;
import io.vibee.session.StoredTexts;
import io.vibee.session.json.ChatJson;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Converts JSON as a column of PostgreSQL's type jsonb does when it stores and returns it. */
final class StoredJson {
  /** Writes chats, and reads and writes details, whose numbers keep trailing zeros. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNumberLength(200_000).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> DETAILS =
      new TypeReference<>() {};

  /** Sorts keys as jsonb does: shorter ones first, then by their bytes. */
  private static final Comparator<String> KEY_ORDER =
      Comparator.<String>comparingInt(key -> key.getBytes(UTF_8).length)
          .thenComparing(key -> key.getBytes(UTF_8), Arrays::compareUnsigned);

  /** The most digits of PostgreSQL's numeric, before and after the decimal point. */
  private static final int MOST_DIGITS = 131_072;

  private static final int MOST_DECIMALS = 16_383;

  private StoredJson() {}

  /**
   * Returns the chats as they are read back: a JSON object, say, in the form in which it is stored.
   */
  static List<String> chats(List<String> chats) {
    long bytes = 0;
    for (String chat : chats) bytes += json(chat).getBytes(UTF_8).length + 2;
    if (bytes > Session.MAX_TARGET_CHATS_BYTES) {
      throw new IllegalArgumentException(
          "targetChats are longer than " + Session.MAX_TARGET_CHATS_BYTES + " bytes");
    }
    return chats.stream().map(StoredJson::chat).toList();
  }

  private static String json(String chat) {
    try {
      return MAPPER.writeValueAsString(chat);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a value cannot be stored");
    }
  }

  private static String chat(String chat) {
    @Nullable JsonNode container = ChatJson.container(chat);
    if (container == null) return chat;
    try {
      String stored = MAPPER.writeValueAsString(stored(container));
      return Objects.requireNonNull(ChatJson.container(stored)).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a value cannot be stored");
    }
  }

  /** Returns the details as they are read back. */
  static Map<String, @Nullable Object> details(Map<String, ?> details) {
    String json;
    JsonNode node;
    try {
      json = MAPPER.writeValueAsString(details);
      node = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the details cannot be written as JSON");
    }
    StoredTexts.requireDetails(json);
    try {
      return MAPPER.readValue(MAPPER.writeValueAsString(stored(node)), DETAILS);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the details cannot be read as JSON");
    }
  }

  private static JsonNode stored(JsonNode node) {
    if (node.isObject()) return object(node);
    if (node.isArray()) {
      ArrayNode array = MAPPER.createArrayNode();
      node.forEach(element -> array.add(stored(element)));
      return array;
    }
    if (node.isTextual()) requireText(node.textValue());
    if (node.isNumber()) requireNumber(node.decimalValue());
    return node;
  }

  private static ObjectNode object(JsonNode node) {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    keys.sort(KEY_ORDER);
    ObjectNode object = MAPPER.createObjectNode();
    for (String key : keys) {
      requireText(key);
      object.set(key, stored(node.get(key)));
    }
    return object;
  }

  private static void requireText(String text) {
    if (!StoredTexts.canBeStored(text)) {
      throw new IllegalArgumentException("a value cannot be stored (22P05)");
    }
  }

  private static void requireNumber(BigDecimal number) {
    if ((long) number.precision() - number.scale() > MOST_DIGITS
        || number.scale() > MOST_DECIMALS) {
      throw new IllegalArgumentException("a value cannot be stored (22003)");
    }
  }
}
