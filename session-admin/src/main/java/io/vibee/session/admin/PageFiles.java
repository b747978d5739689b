package io.vibee.session.admin;

import io.vibee.session.admin.Routes.Route;
import io.vibee.session.admin.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Serves the page, its files and the OpenAPI document: these and no others, so that no path leads
 * anywhere else. They hold no data and need no token; the page asks for one.
 */
final class PageFiles {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  /** What the page loads; index.html is the page itself. */
  private static final List<String> FILES =
      List.of(
          "activation.js",
          "activity.js",
          "api.js",
          "chart.js",
          "client-form.js",
          "details.js",
          "dialogs.css",
          "dom.js",
          "fleet.js",
          "icon.svg",
          "live.js",
          "page.css",
          "page.js",
          "question.js",
          "sessions.js",
          "sign-in.js",
          "theme.css",
          "time.js");

  private PageFiles() {}

  static List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(route("/", "page/index.html", typeOf("index.html")));
    routes.add(route("/openapi.json", "openapi.json", "application/json"));
    FILES.forEach(name -> routes.add(route("/" + name, "page/" + name, typeOf(name))));
    return routes;
  }

  private static String typeOf(String name) {
    return Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), name);
  }

  private static Route route(String path, String resource, String contentType) {
    Response file = Response.of(200, contentType, read(resource));
    return Route.get(path, call -> file);
  }

  private static byte[] read(String resource) {
    try (InputStream in = PageFiles.class.getResourceAsStream(resource)) {
      if (in == null) throw new IllegalStateException(resource + " is missing in the jar");
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
