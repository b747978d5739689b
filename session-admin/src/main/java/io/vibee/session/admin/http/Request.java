package io.vibee.session.admin.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request as the JDK's server hands it over. Has no {@code toString()}: it may hold a token. */
public final class Request {
  private static final Set<String> VERSIONS = Set.of("HTTP/1.1", "HTTP/1.0");

  private final HttpExchange exchange;
  private final String mount;
  private final String path;
  private final Map<String, List<String>> headers;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final InputStream body;

  private Request(
      HttpExchange exchange, String mount, String path, Map<String, List<String>> headers) {
    this.exchange = exchange;
    this.mount = mount;
    this.path = path;
    this.headers = headers;
    local = exchange.getLocalAddress();
    remote = exchange.getRemoteAddress();
    body = new ClientBody(exchange.getRequestBody());
  }

  /**
   * Reads all but the body.
   *
   * @throws Problem if it is not a request that a handler mounted there can have
   */
  static Request of(HttpExchange exchange, ProxyUrls urls) {
    if (!VERSIONS.contains(exchange.getProtocol())) {
      throw Problem.of(400, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    }
    URI target = exchange.getRequestURI();
    requirePath(target);
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(lower(name), List.copyOf(values)));
    String context = exchange.getHttpContext().getPath();
    String mount = context.endsWith("/") ? context.substring(0, context.length() - 1) : context;
    String path = target.getRawPath();
    // The server compares the decoded path with the beginning of the context's, letter by letter.
    if (!(path + "/").startsWith(mount + "/")) {
      throw Problem.of(404, "there is nothing at this path");
    }
    String prefix = urls.prefixOf(path.substring(mount.length()));
    mount += prefix;
    @Nullable String seen = pathAtProxy(urls, single(headers, "Host"), prefix);
    return new Request(
        exchange, seen == null ? mount : seen, path.substring(mount.length()), headers);
  }

  /** Refuses a target that names a host or is no path: the Host field says which server it is. */
  private static void requirePath(URI target) {
    @Nullable String path = target.getRawPath();
    if (target.isAbsolute()
        || target.getRawAuthority() != null
        || target.getRawFragment() != null
        || path == null
        || !path.startsWith("/")) {
      throw Problem.of(400, "the request's target must be a path");
    }
  }

  /** Returns the path below which a proxy's client sees the API; null if it comes by none. */
  private static @Nullable String pathAtProxy(
      ProxyUrls urls, @Nullable String host, String prefix) {
    @Nullable String path = host == null ? null : urls.pathAt(lower(host));
    return path == null || prefix.isEmpty() ? path : prefix;
  }

  /**
   * Returns the method, as it was sent.
   *
   * @return such as GET
   */
  public String method() {
    return exchange.getRequestMethod();
  }

  /**
   * Returns the path below which the client sees the API.
   *
   * @return the path, without a slash at its end
   */
  public String mount() {
    return mount;
  }

  /**
   * Returns the rest of the path.
   *
   * @return it, still percent-encoded
   */
  public String path() {
    return path;
  }

  /**
   * Returns the query.
   *
   * @return it, still percent-encoded; null for none
   */
  public @Nullable String query() {
    return exchange.getRequestURI().getRawQuery();
  }

  /**
   * Returns a header field that may occur once: of two, a proxy may have looked at the other one.
   *
   * @param name its name, in any case
   * @return its value; null if it is not there
   * @throws Problem if it is repeated
   */
  public @Nullable String header(String name) {
    return single(headers, name);
  }

  /**
   * Returns all values of a header field.
   *
   * @param name its name, in any case
   * @return the values as they were sent, in their order
   */
  public List<String> headerValues(String name) {
    return headers.getOrDefault(lower(name), List.of());
  }

  private static @Nullable String single(Map<String, List<String>> headers, String name) {
    List<String> values = headers.getOrDefault(lower(name), List.of());
    if (values.size() > 1) throw Problem.of(400, "the header " + name + " is repeated");
    return values.isEmpty() ? null : values.get(0);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /**
   * Tells whether a body was announced.
   *
   * @return false if there is none, or it is empty
   */
  public boolean hasBody() {
    if (!headerValues("Transfer-Encoding").isEmpty()) return true;
    return headerValues("Content-Length").stream().anyMatch(length -> !length.equals("0"));
  }

  /**
   * Tells whether the client connected to a loopback address.
   *
   * @return true if so, which only this machine's programs can do
   */
  public boolean isLoopback() {
    return local.getAddress().isLoopbackAddress();
  }

  InetSocketAddress local() {
    return local;
  }

  /**
   * Returns the client's address, or that of the proxy it comes by.
   *
   * @return the address
   */
  public InetSocketAddress remote() {
    return remote;
  }

  /** Returns what follows the header; reading it may block. */
  InputStream body() {
    return body;
  }

  /** A body while it is read: whoever sends it too slowly, as a whole, may be cut off. */
  private static final class ClientBody extends FilterInputStream {
    private long since;
    private boolean started;

    ClientBody(InputStream body) {
      super(body);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      if (!started) since = System.nanoTime();
      started = true;
      Workers.mayStall(since);
      int count = receive(bytes, from, length);
      Workers.works();
      return count;
    }

    private int receive(byte[] bytes, int from, int length) throws IOException {
      try {
        return super.read(bytes, from, length);
      } catch (IndexOutOfBoundsException e) {
        // The JDK's server computes with the negative size of such a chunk.
        throw new IOException("a chunk's size is malformed", e);
      }
    }
  }
}
