package io.vibee.session.admin;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.admin.http.ProxyUrls;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The addresses at which a proxy serves the API and its page to browsers. Their hosts are served in
 * addition to this machine's, pages of their origins count as the API's own, and their paths are
 * removed from a request's path if the proxy has left them there. All other hosts and origins are
 * still refused.
 *
 * <p>Immutable and thread-safe.
 */
public final class PublicUrls {
  static final String VARIABLE = "VIBEE_PUBLIC_URL";

  private static final String ADVICE =
      "; write URLs such as https://agents.example.com or https://agents.example.com:8443/vibee/,"
          + " with commas between them";

  /** Paths that no proxy or browser would write differently. */
  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*/?");

  /** Paths that, once removed from a request's, could have been the beginning of a call's own. */
  private static final Pattern OURS = Pattern.compile("/api/?|/api/v1(?:/.*)?|/health(?:/.*)?");

  private final ProxyUrls proxies;

  private PublicUrls(List<URI> urls) {
    proxies = new ProxyUrls(urls);
  }

  /**
   * Returns the rule without a proxy.
   *
   * @return an empty list of addresses
   */
  public static PublicUrls none() {
    return new PublicUrls(List.of());
  }

  /**
   * Reads the addresses in {@code VIBEE_PUBLIC_URL}, separated by commas; none if it is empty or
   * not set.
   *
   * @param environment the variables, such as {@link System#getenv()}
   * @return the addresses
   * @throws MisconfiguredException if one is malformed; says of each what is wrong with it and
   *     repeats none
   */
  public static PublicUrls fromEnvironment(Map<String, String> environment) {
    return Environment.of(environment)
        .find(VARIABLE)
        .map(value -> read(VARIABLE, List.of(value.split(",", -1))))
        .orElseGet(PublicUrls::none);
  }

  /**
   * Takes these addresses.
   *
   * @param urls absolute URLs of http or https, each with a host and perhaps a port and a path
   * @return the addresses
   * @throws MisconfiguredException as above
   */
  public static PublicUrls of(String... urls) {
    return read("the public URLs", List.of(urls));
  }

  private static PublicUrls read(String source, List<String> values) {
    List<URI> urls = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (String value : values) {
      @Nullable URI url = uri(value.strip());
      String which = values.size() == 1 ? "the URL" : "URL " + (urls.size() + faults.size() + 1);
      @Nullable String fault = url == null ? "is none" : faultOf(url);
      if (url == null || fault != null) faults.add(which + " " + fault);
      else urls.add(url);
    }
    if (faults.isEmpty()) return new PublicUrls(urls);
    throw new MisconfiguredException(source + ": " + String.join(", ", faults) + ADVICE);
  }

  private static @Nullable URI uri(String value) {
    try {
      return new URI(value);
    } catch (URISyntaxException e) {
      return null; // its message repeats the value
    }
  }

  private static @Nullable String faultOf(URI url) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) return "is neither http nor https";
    if (url.getRawUserInfo() != null) return "names a user or password";
    if (url.getHost() == null) return "has no valid host and port";
    if (url.getPort() == 0 || url.getPort() > 65_535) return "has no valid port";
    if (url.getRawQuery() != null || url.getRawFragment() != null) return "goes on after its path";
    if (!PATH.matcher(url.getRawPath()).matches()) {
      return "has a path of other characters than letters, digits, - _ ~ and . within a name";
    }
    return OURS.matcher(url.getRawPath()).matches()
        ? "has a path that begins as the API's own do"
        : null;
  }

  ProxyUrls proxies() {
    return proxies;
  }

  /** Shows the origins. */
  @Override
  public String toString() {
    return "PublicUrls" + proxies;
  }
}
