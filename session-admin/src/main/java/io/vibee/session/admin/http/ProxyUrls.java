package io.vibee.session.admin.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The addresses at which proxies serve a handler to browsers. Immutable. */
public final class ProxyUrls {
  private final List<ProxyUrl> urls;

  /**
   * One of them, in lower case up to its path.
   *
   * @param origin as browsers write it, without the scheme's own port
   * @param name its host
   * @param port its port, also when it is the scheme's own
   * @param path its path, without a slash at the end
   */
  private record ProxyUrl(String origin, String name, int port, String path) {
    static ProxyUrl of(URI url) {
      boolean tls = url.getScheme().equalsIgnoreCase("https");
      int usual = tls ? 443 : 80;
      int port = url.getPort() < 0 ? usual : url.getPort();
      String name = url.getHost().toLowerCase(Locale.ROOT);
      String origin = (tls ? "https://" : "http://") + name + (port == usual ? "" : ":" + port);
      String path = url.getRawPath();
      if (path.endsWith("/")) path = path.substring(0, path.length() - 1);
      return new ProxyUrl(origin, name, port, path);
    }

    boolean isAt(String host) {
      return host.equals(name + ":" + port) || origin.endsWith("://" + host);
    }
  }

  /**
   * Takes these addresses.
   *
   * @param urls absolute URLs of http or https, each with a host
   */
  public ProxyUrls(List<URI> urls) {
    this.urls = urls.stream().map(ProxyUrl::of).toList();
  }

  /**
   * Tells whether there is no proxy.
   *
   * @return true if there is none
   */
  public boolean isEmpty() {
    return urls.isEmpty();
  }

  /**
   * Tells whether pages of an origin are the handler's own.
   *
   * @param origin the origin, in lower case
   * @return true if a proxy serves it
   */
  public boolean isOrigin(String origin) {
    return urls.stream().anyMatch(url -> url.origin().equals(origin));
  }

  /**
   * Returns the path below which browsers see the handler at a host. A proxy may leave the port
   * out.
   *
   * @param host the Host field, in lower case
   * @return the path, without a slash at the end; null if no proxy serves that host
   */
  public @Nullable String pathAt(String host) {
    for (ProxyUrl url : urls) {
      if (url.isAt(host)) return url.path();
    }
    return urls.stream()
        .filter(url -> url.name().equals(host))
        .findFirst()
        .map(ProxyUrl::path)
        .orElse(null);
  }

  /**
   * Returns the longest path of these with which a request's path begins.
   *
   * @param path the request's path
   * @return its beginning; empty if it begins with none of them
   */
  public String prefixOf(String path) {
    String longest = "";
    for (ProxyUrl url : urls) {
      boolean begins = (path + "/").startsWith(url.path() + "/");
      if (begins && url.path().length() > longest.length()) longest = url.path();
    }
    return longest;
  }

  /** The origins. */
  @Override
  public String toString() {
    return urls.stream().map(ProxyUrl::origin).toList().toString();
  }
}
