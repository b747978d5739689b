package io.vibee.session.admin.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON, strictly and in bounds; errors never quote the text. */
public final class Json {
  private static final int MAXIMUM_BODY = 64 * 1024;

  /**
   * The media type, without parameters or with this one: it keeps out forms and plain text, which a
   * foreign page may send without asking.
   */
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("application/json *(; *charset=(utf-8|\"utf-8\") *)?");

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(16)
          .maxNumberLength(40)
          .maxStringLength(16_384)
          .maxNameLength(256)
          .build();

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(LIMITS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Makes an object.
   *
   * @return an empty one
   */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Writes a value that came from JSON, or that JSON has.
   *
   * @param value a map, list, text, number or truth value
   * @return the same as JSON
   */
  public static JsonNode value(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * Reads the body of a request.
   *
   * @param request a request whose call takes a body
   * @return the object in it
   * @throws Problem if it is anything else than one JSON object of bounded length
   * @throws IOException if the client does not send all of it
   */
  public static ObjectNode read(Request request) throws IOException {
    requireJson(request);
    @Nullable String length = request.header("Content-Length");
    if (length != null && Long.parseLong(length) > MAXIMUM_BODY) throw tooLarge();
    byte[] bytes = request.body().readNBytes(MAXIMUM_BODY + 1);
    if (bytes.length > MAXIMUM_BODY) throw tooLarge();
    @Nullable String text = StrictText.utf8(bytes);
    if (text == null || text.startsWith("\uFEFF")) {
      throw Problem.of(400, "the body must be UTF-8 without a byte order mark");
    }
    return Json.readObject(text);
  }

  /**
   * Refuses a form of a foreign page, which names its type also when it sends nothing.
   *
   * @param request a request whose call takes no body
   * @throws Problem if it names any type but JSON's
   */
  public static void refuseForms(Request request) {
    if (request.header("Content-Type") != null) requireJsonType(request);
  }

  private static void requireJsonType(Request request) {
    @Nullable String type = request.header("Content-Type");
    if (type == null || !MEDIA_TYPE.matcher(type.toLowerCase(Locale.ROOT)).matches()) {
      throw Problem.of(415, "Content-Type must be application/json, in UTF-8")
          .with("Accept", "application/json");
    }
  }

  private static void requireJson(Request request) {
    requireJsonType(request);
    @Nullable String encoding = request.header("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw Problem.of(415, "the body must not be compressed").with("Accept-Encoding", "identity");
    }
  }

  private static Problem tooLarge() {
    return Problem.of(413, "the body must not be longer than " + MAXIMUM_BODY + " bytes");
  }

  /**
   * Reads an object.
   *
   * @throws Problem if the text is anything else
   */
  private static ObjectNode readObject(String text) {
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw Problem.of(
          400,
          "the body is not JSON that this server takes: check its form, that no name is there"
              + " twice, and that it is not nested deeply");
    }
    if (node instanceof ObjectNode object) return object;
    throw Problem.of(400, "the body must be a JSON object");
  }
}
