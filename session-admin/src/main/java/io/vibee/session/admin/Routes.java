package io.vibee.session.admin;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All routes of the API. Paths are compared as they were sent: what would need to be decoded or
 * tidied up to fit, other than an id, does not fit.
 */
final class Routes {
  private final List<Route> routes;

  Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  List<Route> all() {
    return routes;
  }

  /** A route and the ids in the path that led to it. */
  record Found(Route route, List<String> ids) {
    Found {
      ids = ids.stream().map(Found::decoded).toList();
    }

    private static String decoded(String id) {
      @Nullable String text = StrictText.percentDecoded(id);
      if (text == null) {
        throw Problem.of(400, "an id in the path is not percent-encoded UTF-8 text").asError();
      }
      return text;
    }
  }

  /**
   * Finds the route of a request.
   *
   * @throws ProblemException if there is none, or none of this method
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
    if (others.isEmpty()) throw Problem.of(404, "there is nothing at this path").asError();
    throw Problem.of(405, "this path does not take that method")
        .asError()
        .with("Allow", String.join(", ", others));
  }
}
