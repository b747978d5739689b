package io.vibee.session.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.StoredTexts;
import io.vibee.session.json.ChatJson;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the target chats of a request, and refuses those that no database can hold. */
final class Chats {
  private static final int MAXIMUM_DEPTH = 16;

  /** PostgreSQL writes 1e999 with all its digits, and so does every answer. */
  private static final int MAXIMUM_DIGITS = 40;

  private Chats() {}

  /**
   * Returns the text of a chat. A string that the store would take for JSON is checked as JSON.
   *
   * @return null if a session cannot have such a chat
   */
  static @Nullable String fromJson(JsonNode node) {
    if (node.isIntegralNumber()) return node.canConvertToLong() ? node.asText() : null;
    if (!node.isTextual() && !node.isContainerNode()) return null;
    @Nullable JsonNode container = node.isTextual() ? ChatJson.container(node.textValue()) : node;
    return container == null || isStorable(container, 0) ? ChatJson.text(node) : null;
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
