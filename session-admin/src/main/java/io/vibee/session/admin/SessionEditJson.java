package io.vibee.session.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.Secret;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.admin.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a POST. What is absent stays as it is; a type is never bent to fit. All wrong
 * fields are reported at once, by name and without their values.
 */
final class SessionEditJson {
  private static final int MAXIMUM_CHATS = 1000;
  private static final Set<String> READ_ONLY =
      Set.of(
          "readable",
          "problem",
          "last_seen_at",
          "seen_since_deactivated",
          "created_at",
          "updated_at");
  private static final Set<String> KNOWN =
      Set.of(
          "user_id",
          "session_id",
          "api_id",
          "api_hash",
          "username",
          "phone",
          "is_active",
          "is_authorized",
          "digital_twin_enabled",
          "auto_reply_enabled",
          "target_chats");

  /** How the library's messages name the fields. */
  private static final Map<String, String> NAMES =
      Map.of(
          "userId", "user_id",
          "sessionId", "session_id",
          "apiId", "api_id",
          "apiHash", "api_hash",
          "targetChats", "target_chats");

  /** What a new session needs besides its user. */
  private static final List<String> NEEDED = List.of("session_id", "api_id", "api_hash");

  private final ObjectNode body;
  private final Predicate<@Nullable String> isNew;
  private final List<Problem.FieldError> errors = new ArrayList<>();

  private SessionEditJson(ObjectNode body, Predicate<@Nullable String> isNew) {
    this.body = body;
    this.isNew = isNew;
  }

  /**
   * Reads the values.
   *
   * @param isNew whether the session of a user, null where that is wrong, would be a new one; asked
   *     when a value is wrong, so that missing ones are reported with it
   * @throws Problem if one is missing, unknown or wrong
   */
  static SessionEditBuilder read(ObjectNode body, Predicate<@Nullable String> isNew) {
    return new SessionEditJson(body, isNew).read();
  }

  /** Returns a field's name in JSON. */
  static String nameOf(String component) {
    return NAMES.getOrDefault(component, component);
  }

  static boolean isKnown(String name) {
    return KNOWN.contains(name);
  }

  private SessionEditBuilder read() {
    refuseOthers();
    @Nullable SessionEditBuilder edit = null;
    if (body.has("user_id")) {
      edit = checked("user_id", "a string", SessionEditJson::text, SessionEdit::of);
    } else {
      error("user_id", "is missing");
    }
    // Go on with a made-up user, to find what else is wrong.
    SessionEditBuilder values = edit != null ? edit : SessionEdit.of("none");
    set("session_id", "a string", SessionEditJson::text, values::sessionId);
    set("api_id", "a whole number, 1 to 2147483647", SessionEditJson::apiId, values::apiId);
    set("api_hash", "a string", SessionEditJson::secret, values::apiHash);
    setOrClear("username", values::username);
    setOrClear("phone", values::phone);
    set("is_active", "true or false", SessionEditJson::flag, values::active);
    set("is_authorized", "true or false", SessionEditJson::flag, values::authorized);
    set("digital_twin_enabled", "true or false", SessionEditJson::flag, values::digitalTwinEnabled);
    set("auto_reply_enabled", "true or false", SessionEditJson::flag, values::autoReplyEnabled);
    set(
        "target_chats",
        "an array of at most 1000 whole numbers of 64 bits, strings, objects or arrays",
        SessionEditJson::chats,
        values::targetChats);
    if (errors.isEmpty()) return values;
    if (isNew.test(edit == null ? null : edit.build().userId())) addMissing();
    throw Problem.of(422, "the session was not stored: see errors", errors);
  }

  private void addMissing() {
    for (String name : NEEDED) {
      if (!body.has(name)) error(name, "is missing");
    }
  }

  private void refuseOthers() {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      String name = field.getKey();
      if (READ_ONLY.contains(name)) error(name, "is read-only: leave it out");
      else if (!KNOWN.contains(name)) error(shown(name), "is unknown");
    }
  }

  /**
   * Returns a name that the client made up, cut to length and without what could upset a terminal
   * or log.
   */
  static String shown(String name) {
    String plain = name.replaceAll("[^A-Za-z0-9_.-]", "?");
    return plain.length() <= 40 ? plain : plain.substring(0, 40) + "…";
  }

  private void setOrClear(String name, Consumer<@Nullable String> setter) {
    if (body.path(name).isNull()) setter.accept(null);
    else set(name, "a string, or null for none", SessionEditJson::text, setter);
  }

  private <T> void set(
      String name, String type, Function<JsonNode, @Nullable T> reader, Consumer<T> setter) {
    if (!body.has(name)) return;
    checked(
        name,
        type,
        reader,
        value -> {
          setter.accept(value);
          return value;
        });
  }

  private <T, R> @Nullable R checked(
      String name, String type, Function<JsonNode, @Nullable T> reader, Function<T, R> use) {
    @Nullable T value = reader.apply(body.path(name));
    if (value == null) {
      error(name, "must be " + type);
      return null;
    }
    try {
      return use.apply(value);
    } catch (IllegalArgumentException e) {
      error(name, rule(e));
      return null;
    }
  }

  /**
   * Returns what the library says of a value: its message names the field first and never repeats
   * the value.
   */
  static String rule(IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    int space = message.indexOf(' ');
    return space < 0 ? "is not allowed" : message.substring(space + 1);
  }

  private void error(String field, String detail) {
    errors.add(new Problem.FieldError(field, detail));
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : null;
  }

  private static @Nullable Secret secret(JsonNode node) {
    if (!node.isTextual()) return null;
    return node.textValue().isEmpty() ? null : Secret.of(node.textValue());
  }

  private static @Nullable Integer apiId(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() > 0
        ? node.intValue()
        : null;
  }

  private static @Nullable Boolean flag(JsonNode node) {
    return node.isBoolean() ? node.booleanValue() : null;
  }

  private static @Nullable List<String> chats(JsonNode node) {
    if (!node.isArray() || node.size() > MAXIMUM_CHATS) return null;
    List<String> chats = new ArrayList<>();
    for (JsonNode element : node) {
      @Nullable String chat = Chats.fromJson(element);
      if (chat == null) return null;
      chats.add(chat);
    }
    return chats;
  }
}
