package io.vibee.session.admin;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The header fields of a request, by name in any case. */
final class RequestHeaders {
  private final Map<String, List<String>> fields = new HashMap<>();

  RequestHeaders(Map<String, List<String>> received) {
    received.forEach((name, values) -> fields.put(lower(name), List.copyOf(values)));
  }

  boolean has(String name) {
    return !all(name).isEmpty();
  }

  List<String> all(String name) {
    return fields.getOrDefault(lower(name), List.of());
  }

  /**
   * A field that may stand there once: of two, a proxy may have looked at the other one.
   *
   * @throws Problem if it is repeated
   */
  @Nullable String single(String name) {
    List<String> values = all(name);
    if (values.size() > 1) throw Problem.of(400, "the header " + name + " is repeated");
    return values.isEmpty() ? null : values.get(0);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
