package io.vibee.session.agent.bridge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses an answer's JSON as a stream and keeps only what is asked for: a tree of everything that a
 * hostile bridge sends would be many times as large as its text. No name that is read may occur
 * twice.
 */
final class BridgeJson {
  static final String STATUS = "status";
  static final String SESSION_ID = "session_id";
  static final String AUTHORIZED = "authorized";
  static final String SESSIONS = "sessions";

  private static final Set<String> READ = Set.of(STATUS, SESSION_ID, AUTHORIZED);

  /** Stands for a value that is neither a text nor a boolean. */
  private static final Object OTHER = new Object();

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(16).maxStringLength(16_384).build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // Interned names would outlive the answer.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  /** Receives the sessions of a list, one after the other. */
  interface Sessions {
    void next(Map<String, Object> values) throws BridgeException;
  }

  private BridgeJson() {}

  /**
   * Reads an answer, which must be one object.
   *
   * @param sessions receives the list of sessions, if there is one; null if none is wanted
   * @return its texts and booleans by name; for a list that was read, its name
   * @throws BridgeException if it is anything else
   */
  static Map<String, Object> read(byte[] body, @Nullable Sessions sessions) throws BridgeException {
    try (JsonParser json = JSON.createParser(body)) {
      json.nextToken();
      Map<String, Object> values = object(json, sessions);
      if (json.nextToken() != null) throw unusable();
      return values;
    } catch (IOException e) {
      throw unusable(); // its message quotes the body
    }
  }

  private static Map<String, Object> object(JsonParser json, @Nullable Sessions sessions)
      throws IOException, BridgeException {
    if (!json.hasToken(JsonToken.START_OBJECT)) throw unusable();
    Map<String, Object> values = new HashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      @Nullable Object before = null;
      if (READ.contains(name)) {
        before = values.put(name, value(json));
      } else if (sessions != null && name.equals(SESSIONS)) {
        before = values.put(name, OTHER);
        list(json, sessions);
      } else {
        json.skipChildren();
      }
      if (before != null) throw unusable();
    }
    return values;
  }

  private static void list(JsonParser json, Sessions sessions) throws IOException, BridgeException {
    if (!json.hasToken(JsonToken.START_ARRAY)) throw unusable();
    while (json.nextToken() != JsonToken.END_ARRAY) sessions.next(object(json, null));
  }

  private static Object value(JsonParser json) throws IOException {
    if (json.hasToken(JsonToken.VALUE_STRING)) return json.getText();
    if (json.hasToken(JsonToken.VALUE_TRUE)) return true;
    if (json.hasToken(JsonToken.VALUE_FALSE)) return false;
    json.skipChildren();
    return OTHER;
  }

  static BridgeException unusable() {
    return new BridgeException("answered something that is not the agreed JSON");
  }
}
