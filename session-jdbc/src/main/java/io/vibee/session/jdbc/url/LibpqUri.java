package io.vibee.session.jdbc.url;

import static io.vibee.session.jdbc.url.UrlProblem.malformed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes a libpq URI apart, by libpq's own rules rather than those of {@code java.net.URI}, which
 * knows neither several hosts nor a password with a {@code ?} in it.
 *
 * <p>{@code postgresql://user:password@host:port,host:port/database?keyword=value}: credentials end
 * at the first {@code @}, unless a {@code /} comes before it; there are no fragments; any part may
 * be empty, which counts as not given; parts are split first and then percent-decoded; a parameter
 * overrides the part of the same name, and the last of several wins.
 */
final class LibpqUri {
  private static final List<String> PREFIXES = List.of("postgresql://", "postgres://");

  private final String text;
  private final Map<String, String> values = new LinkedHashMap<>();

  private LibpqUri(String text) {
    this.text = text;
  }

  static boolean matches(String url) {
    return PREFIXES.stream().anyMatch(url::startsWith);
  }

  /**
   * Returns the decoded values by libpq's keyword, such as {@code dbname}; the password is among
   * them. The keywords are known, but the values have not been checked yet.
   */
  static Map<String, String> parse(String url) {
    var uri = new LibpqUri(url.substring(url.indexOf("://") + "://".length()));
    int end = uri.readHosts(uri.readCredentials());
    uri.readParameters(uri.readDatabase(end));
    return uri.values;
  }

  private int readCredentials() {
    int end = indexOfAny("@/", 0);
    if (end == text.length() || text.charAt(end) == '/') return 0;
    int colon = indexOfAny(":@", 0);
    put("user", "the user name", text.substring(0, colon));
    if (colon < end) put("password", "the password", text.substring(colon + 1, end));
    return end + 1;
  }

  /**
   * Reads hosts and ports, and decodes them once they are lists, as libpq does: %2C separates two
   * hosts.
   */
  private int readHosts(int start) {
    var hosts = new StringBuilder();
    var ports = new StringBuilder();
    int at = start;
    while (true) {
      int end = text.startsWith("[", at) ? readBracketed(at, hosts) : readName(at, hosts);
      if (text.startsWith(":", end)) {
        int port = end + 1;
        end = indexOfAny("/?,", port);
        ports.append(text, port, end);
      }
      if (!text.startsWith(",", end)) {
        put("host", "a host", hosts.toString());
        put("port", "a port", ports.toString());
        return end;
      }
      hosts.append(',');
      ports.append(',');
      at = end + 1;
    }
  }

  private int readName(int at, StringBuilder hosts) {
    int end = indexOfAny(":/?,", at);
    hosts.append(text, at, end);
    return end;
  }

  private int readBracketed(int at, StringBuilder hosts) {
    int close = text.indexOf(']', at);
    if (close < 0) throw malformed("an IPv6 address has no closing bracket");
    if (close == at + 1) throw malformed("an IPv6 address is empty");
    hosts.append(text, at + 1, close);
    int end = close + 1;
    if (end < text.length() && ":/?,".indexOf(text.charAt(end)) < 0) {
      throw malformed("an IPv6 address is followed by something else than a port");
    }
    return end;
  }

  private int readDatabase(int at) {
    if (!text.startsWith("/", at)) return at;
    int end = indexOfAny("?", at + 1);
    String database = text.substring(at + 1, end);
    // psql would take it, but this is how a password with a / in it ends, and names are logged.
    if (database.indexOf('@') >= 0) throw malformed("the database holds an @");
    put("dbname", "the database", database);
    return end;
  }

  private void readParameters(int at) {
    if (at >= text.length() - 1) return;
    String query = text.substring(at + 1);
    // libpq lets the list end with & but accepts no empty parameter elsewhere.
    if (query.endsWith("&")) query = query.substring(0, query.length() - 1);
    int number = 0;
    for (String parameter : query.split("&", -1)) readParameter(++number, parameter, query);
  }

  private void readParameter(int number, String parameter, String query) {
    String which = "parameter number " + number;
    int equals = parameter.indexOf('=');
    if (equals < 0) throw malformed(which + " has no =");
    if (parameter.indexOf('=', equals + 1) >= 0) throw malformed(which + " has more than one =");
    String keyword = decode("the name of " + which, parameter.substring(0, equals));
    String value = decode("the value of " + which, parameter.substring(equals + 1));
    switch (keyword) {
      case "ssl" -> values.put("sslmode", modeOfSsl(value));
      case "requiressl" -> values.put("sslmode", value.startsWith("1") ? "require" : "prefer");
      default -> values.put(LibpqKeywords.known(keyword, number, query), value);
    }
  }

  /** Translates the driver's own spelling, of which libpq knows one value only. */
  private static String modeOfSsl(String value) {
    if (value.equals("true")) return "require";
    throw malformed("ssl can only be true, which means sslmode=require: set sslmode instead");
  }

  private void put(String keyword, String part, String encoded) {
    if (!encoded.isEmpty()) values.put(keyword, decode(part, encoded));
  }

  /**
   * Decodes a part without the spaces around it, as libpq 18 does; older versions differ about
   * spaces inside it, which are refused.
   */
  private static String decode(String part, String encoded) {
    int start = 0;
    int end = encoded.length();
    while (start < end && encoded.charAt(start) == ' ') start++;
    while (end > start && encoded.charAt(end - 1) == ' ') end--;
    String trimmed = encoded.substring(start, end);
    if (trimmed.indexOf(' ') >= 0) throw malformed(part + " holds a space");
    return UrlText.decode(part, trimmed);
  }

  private int indexOfAny(String characters, int from) {
    int at = from;
    while (at < text.length() && characters.indexOf(text.charAt(at)) < 0) at++;
    return at;
  }
}
