package io.vibee.session.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.admin.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body that has one field and no other. All that is wrong is reported at once, by name and
 * without the values.
 */
final class OnlyField {
  private final ObjectNode body;
  private final String name;

  private OnlyField(ObjectNode body, String name) {
    this.body = body;
    this.name = name;
  }

  static OnlyField of(ObjectNode body, String name) {
    return new OnlyField(body, name);
  }

  /**
   * Reads the value.
   *
   * @param rule what it must be, for people
   * @param reader returns null if it is not
   * @throws Problem if it is missing or wrong, or there is another field
   */
  <T> T read(String rule, Function<JsonNode, @Nullable T> reader) {
    List<Problem.FieldError> errors = new ArrayList<>();
    for (String other : (Iterable<String>) body::fieldNames) {
      if (other.equals(name)) continue;
      errors.add(new Problem.FieldError(SessionEditJson.shown(other), "is unknown"));
    }
    @Nullable T value = body.has(name) ? reader.apply(body.path(name)) : null;
    if (value == null) {
      String detail = body.has(name) ? "must be " + rule : "is missing";
      errors.add(new Problem.FieldError(name, detail));
    }
    if (value != null && errors.isEmpty()) return value;
    throw Problem.of(422, "nothing was changed: see errors", errors);
  }
}
