package io.vibee.session.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.vibee.session.StoredTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Converts target chats between the texts that a session holds and JSON: a decimal number of 64
 * bits is a number, the text of an object or array is that, anything else is a string. Stores keep
 * chats like this, and the REST API and the command show them like this.
 *
 * <p>No error quotes a chat. Thread-safe.
 */
@SuppressWarnings("exports") // who calls this has Jackson
public final class ChatJson {
  private static final ObjectMapper MAPPER = Jackson.MAPPER;

  private ChatJson() {}

  /**
   * Writes chats.
   *
   * @param chats the texts that a session holds
   * @return an array of them, in the same order
   */
  public static ArrayNode write(List<String> chats) {
    ArrayNode array = MAPPER.createArrayNode();
    chats.forEach(chat -> add(array, chat));
    return array;
  }

  private static void add(ArrayNode array, String chat) {
    OptionalLong number = StoredTexts.chatNumber(chat);
    if (number.isPresent()) {
      array.add(number.getAsLong());
      return;
    }
    @Nullable JsonNode container = container(chat);
    if (container != null) array.add(container);
    else array.add(chat);
  }

  /**
   * Reads chats that somebody wrote as JSON; a value that is not an array counts as the only chat,
   * and null as none.
   *
   * @param json the text of a JSON value
   * @return the texts that a session holds
   * @throws IllegalArgumentException if it is not JSON, or nested too deeply
   */
  public static List<String> read(String json) {
    JsonNode node;
    try {
      node = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not valid JSON");
    }
    if (node.isNull()) return List.of();
    if (!node.isArray()) return List.of(text(node));
    List<String> chats = new ArrayList<>();
    node.forEach(chat -> chats.add(text(chat)));
    return chats;
  }

  /**
   * Returns the text of a chat.
   *
   * @param chat an element of an array of chats
   * @return a string's characters, or the JSON of anything else
   */
  public static String text(JsonNode chat) {
    return chat.isTextual() ? chat.textValue() : chat.toString();
  }

  /**
   * Recognizes a chat that is stored as an object or array, not as a string.
   *
   * @param chat the text that a session holds
   * @return the object or array; null if the chat is anything else, such as {@code [1] group}
   */
  public static @Nullable JsonNode container(String chat) {
    if (!chat.startsWith("{") && !chat.startsWith("[")) return null;
    try {
      return MAPPER.readTree(chat);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
