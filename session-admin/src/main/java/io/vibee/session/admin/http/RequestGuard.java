package io.vibee.session.admin.http;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps out what a browser was talked into by somebody else's page: by a name that points at this
 * machine (Host), or from another origin (Origin, Sec-Fetch-Site). No response allows another
 * origin anything, so there is nothing to ask for with OPTIONS either.
 */
final class RequestGuard {
  private static final Set<String> OWN_PAGE = Set.of("same-origin", "none");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  private final ProxyUrls urls;

  RequestGuard(ProxyUrls urls) {
    this.urls = urls;
  }

  /**
   * Checks a request.
   *
   * @throws Problem if it is refused
   */
  void check(Request request) {
    String host = host(request);
    boolean isPublic = urls.pathAt(host) != null;
    if (request.isLoopback() && !isPublic) requireLoopback(host, request.local());
    requireOwnOrigin(request.header("Origin"), host, isPublic);
    @Nullable String site = request.header("Sec-Fetch-Site");
    if (site != null && !OWN_PAGE.contains(site)) throw foreign();
    requireOneLength(request);
  }

  private static String host(Request request) {
    @Nullable String host = request.header("Host");
    if (host == null || host.isEmpty()) {
      throw Problem.of(400, "the header Host is missing");
    }
    return host.toLowerCase(Locale.ROOT);
  }

  private static void requireLoopback(String host, InetSocketAddress local) {
    int port = local.getPort();
    String suffix = ":" + port;
    String name = host.endsWith(suffix) ? host.substring(0, host.length() - suffix.length()) : host;
    boolean hasPort = !name.equals(host);
    // Clients leave the scheme's own port out.
    // 127.0.0.2 is loopback too, and may be what the server listens on.
    boolean known = LOOPBACK.contains(name) || name.equals(local.getAddress().getHostAddress());
    if (known && (hasPort || port == 80 || port == 443)) return;
    throw Problem.of(
        403,
        "this Host is not served: use localhost, 127.0.0.1 or [::1], with the port of this"
            + " server; the address of a proxy belongs in VIBEE_PUBLIC_URL");
  }

  /** Checks the origin. A public host's scheme and port are known, so no others will do. */
  private void requireOwnOrigin(@Nullable String sent, String host, boolean isPublic) {
    if (sent == null) return;
    String origin = sent.toLowerCase(Locale.ROOT);
    if (urls.isOrigin(origin)) return;
    if (!isPublic && (origin.equals("http://" + host) || origin.equals("https://" + host))) return;
    throw foreign();
  }

  private static Problem foreign() {
    return Problem.of(
        403,
        "requests from pages of another origin are refused; the address of a proxy belongs in"
            + " VIBEE_PUBLIC_URL");
  }

  /**
   * Refuses a message whose end two parsers could see in different places. Newer releases of the
   * JDK's server do so too.
   */
  private static void requireOneLength(Request request) {
    @Nullable String length = request.header("Content-Length");
    @Nullable String coding = request.header("Transfer-Encoding");
    if (length != null && (coding != null || !LENGTH.matcher(length).matches())) {
      throw Problem.of(400, "Content-Length must be one number, without Transfer-Encoding");
    }
  }
}
