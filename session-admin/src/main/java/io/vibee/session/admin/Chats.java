package io.vibee.session.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vibee.session.StoredTexts;
import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Converts a target chat between the text that a session holds and JSON, as {@link
 * io.vibee.session.SessionStore#save} stores it: a decimal number of 64 bits is a number, an object
 * or array is itself, anything else is a string.
 */
final class Chats {
  private static final int MAXIMUM_DEPTH = 16;

  /** PostgreSQL writes 1e999 with all its digits, and so does every answer. */
  private static final int MAXIMUM_DIGITS = 40;

  /** As lenient as the store's: what the store would take for JSON must be checked as JSON. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(JsonFactory.builder().build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Chats() {}

  static JsonNode toJson(String chat) {
    OptionalLong number = StoredTexts.chatNumber(chat);
    if (number.isPresent()) return LongNode.valueOf(number.getAsLong());
    @Nullable JsonNode container = container(chat);
    return container != null ? container : TextNode.valueOf(chat);
  }

  /**
   * Returns the text of a chat.
   *
   * @return null if a session cannot have such a chat
   */
  static @Nullable String fromJson(JsonNode node) {
    if (node.isIntegralNumber()) return node.canConvertToLong() ? node.asText() : null;
    if (node.isTextual()) {
      String text = node.textValue();
      @Nullable JsonNode container = container(text);
      return container == null || isStorable(container, 0) ? text : null;
    }
    return node.isContainerNode() && isStorable(node, 0) ? node.toString() : null;
  }

  private static @Nullable JsonNode container(String chat) {
    if (!chat.startsWith("{") && !chat.startsWith("[")) return null;
    try {
      return MAPPER.readTree(chat);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /**
   * Tells whether PostgreSQL's jsonb can hold it: that has no NUL, no lone surrogates, and no
   * endless numbers.
   */
  private static boolean isStorable(JsonNode node, int depth) {
    if (depth > MAXIMUM_DEPTH) return false;
    if (node.isTextual()) return StoredTexts.canBeStored(node.textValue());
    if (node.isNumber()) return isStorable(node.decimalValue());
    for (JsonNode element : node) {
      if (!isStorable(element, depth + 1)) return false;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!StoredTexts.canBeStored(field.getKey())) return false;
    }
    return true;
  }

  private static boolean isStorable(BigDecimal number) {
    return Math.abs((long) number.scale()) <= MAXIMUM_DIGITS
        && number.precision() <= MAXIMUM_DIGITS;
  }
}
