package io.vibee.session.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A method and path, and what they do.
 *
 * @param method in capitals
 * @param template the path; a segment {@code {id}} stands for any
 * @param query the parameters that it knows
 * @param takesBody whether a body may be sent
 * @param operation what it does
 */
record Route(
    String method, String template, Set<String> query, boolean takesBody, Operation operation) {
  static final String API = "/api/";

  /** What a route does. */
  @FunctionalInterface
  interface Operation {
    Response run(Call call);
  }

  Route {
    query = Set.copyOf(query);
  }

  static Route get(String template, Operation operation, String... query) {
    return new Route("GET", template, Set.of(query), false, operation);
  }

  static Route delete(String template, Operation operation) {
    return new Route("DELETE", template, Set.of(), false, operation);
  }

  static Route post(String template, boolean takesBody, Operation operation) {
    return new Route("POST", template, Set.of(), takesBody, operation);
  }

  /** Whether what lies at this path needs a token; whether there is anything is not told. */
  static boolean isProtected(String path) {
    return path.startsWith(API);
  }

  boolean allows(String requested) {
    return requested.equals(method) || (requested.equals("HEAD") && method.equals("GET"));
  }

  /** The ids in a path of this form; null if it has another form. */
  @Nullable List<String> match(String path) {
    String[] expected = template.split("/", -1);
    String[] given = path.split("/", -1);
    if (expected.length != given.length) return null;
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < expected.length; i++) {
      if (!expected[i].equals("{id}")) {
        if (!expected[i].equals(given[i])) return null;
      } else {
        if (given[i].isEmpty()) return null;
        ids.add(given[i]);
      }
    }
    return ids;
  }
}
