package io.vibee.session.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;

/**
 * A target chat, which a session holds as a text, as JSON: a decimal number of 64 bits is a number,
 * an object or array is itself, anything else a string; as the store and the REST API have it.
 */
final class ChatJson {
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ChatJson() {}

  static JsonNode of(String chat) {
    try {
      if (INTEGER.matcher(chat).matches()) return LongNode.valueOf(Long.parseLong(chat));
      if (chat.startsWith("{") || chat.startsWith("[")) return MAPPER.readTree(chat);
    } catch (NumberFormatException | JsonProcessingException e) {
      // More than 64 bits, or no JSON after all: a text.
    }
    return TextNode.valueOf(chat);
  }
}
