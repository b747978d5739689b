package io.vibee.session.admin;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request as the JDK's server hands it over. */
final class ExchangeRequest {
  private static final Set<String> VERSIONS = Set.of("HTTP/1.1", "HTTP/1.0");

  private ExchangeRequest() {}

  /**
   * Reads all but the body.
   *
   * @throws Problem if it is not a request that a handler mounted there can have
   */
  static Request of(HttpExchange exchange, PublicUrls urls) {
    if (!VERSIONS.contains(exchange.getProtocol())) {
      throw Problem.of(400, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    }
    URI target = exchange.getRequestURI();
    RequestGuard.requirePath(target);
    RequestHeaders headers = new RequestHeaders(exchange.getRequestHeaders());
    String context = exchange.getHttpContext().getPath();
    String mount = context.endsWith("/") ? context.substring(0, context.length() - 1) : context;
    String path = target.getRawPath();
    // The server compares the decoded path with the beginning of the context's, letter by letter.
    if (!(path + "/").startsWith(mount + "/")) {
      throw Problem.of(404, "there is nothing at this path");
    }
    String prefix = urls.prefixOf(path.substring(mount.length()));
    mount += prefix;
    @Nullable String seen = pathAtProxy(urls, headers.single("Host"), prefix);
    if (seen == null) seen = mount;
    return new Request(
        exchange.getRequestMethod(),
        seen,
        path.substring(mount.length()),
        target.getRawQuery(),
        headers,
        exchange.getLocalAddress(),
        exchange.getRemoteAddress(),
        new ClientBody(exchange.getRequestBody()));
  }

  /** Below which path the client of a proxy sees the API; null if it comes by none. */
  private static @Nullable String pathAtProxy(
      PublicUrls urls, @Nullable String host, String prefix) {
    @Nullable String path = host == null ? null : urls.pathAt(host.toLowerCase(Locale.ROOT));
    return path == null || prefix.isEmpty() ? path : prefix;
  }
}
