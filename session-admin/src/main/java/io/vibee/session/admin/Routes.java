package io.vibee.session.admin;

import io.vibee.session.admin.http.Problem;
import io.vibee.session.admin.http.Response;
import io.vibee.session.admin.http.StrictText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request. Paths are compared as they were sent: what would have to be decoded
 * or tidied up to fit, other than an id, does not fit.
 */
final class Routes {
  private final List<Route> routes;

  Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  List<Route> all() {
    return routes;
  }

  /** What a route does. */
  @FunctionalInterface
  interface Operation {
    Response run(Call call);
  }

  /**
   * A method and path, and what they do.
   *
   * @param method in capitals
   * @param template the path; a segment {@code {id}} stands for any
   * @param query the parameters it takes
   * @param takesBody whether a body may be sent
   * @param operation what it does
   */
  record Route(
      String method, String template, Set<String> query, boolean takesBody, Operation operation) {
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

    boolean allows(String requested) {
      return requested.equals(method) || (requested.equals("HEAD") && method.equals("GET"));
    }

    /** Returns the ids in a path of this form; null if it has another form. */
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

  /** A route and the ids, decoded, in the path that led to it. */
  record Found(Route route, List<String> ids) {
    Found {
      ids = ids.stream().map(Found::decoded).toList();
    }

    private static String decoded(String id) {
      @Nullable String text = StrictText.percentDecoded(id);
      if (text == null) {
        throw Problem.of(400, "an id in the path is not percent-encoded UTF-8 text");
      }
      return text;
    }
  }

  /** Tells whether what lies at this path needs a token, whether or not there is anything. */
  static boolean isProtected(String path) {
    return path.startsWith("/api/");
  }

  /**
   * Finds the route of a request.
   *
   * @throws Problem if there is none, or none of this method
   */
  Found find(String method, String path) {
    Set<String> others = new TreeSet<>();
    for (Route route : routes) {
      @Nullable List<String> ids = route.match(path);
      if (ids == null) continue;
      if (route.allows(method)) return new Found(route, ids);
      others.add(route.method());
      if (route.method().equals("GET")) others.add("HEAD");
    }
    if (others.isEmpty()) throw Problem.of(404, "there is nothing at this path");
    throw Problem.of(405, "this path does not take that method")
        .with("Allow", String.join(", ", others));
  }
}
