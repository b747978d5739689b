package io.vibee.session.jdbc.url;

import static io.vibee.session.jdbc.url.UrlProblem.malformed;
import static io.vibee.session.jdbc.url.UrlProblem.problem;
import static io.vibee.session.jdbc.url.UrlProblem.refused;
import static io.vibee.session.jdbc.url.UrlProblem.unknown;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * Takes a {@code jdbc:postgresql:} URL apart as the driver would. The driver itself is not asked,
 * because it logs URLs that it cannot read.
 *
 * <p>Unlike in a libpq URI, a {@code +} is a space, user and password are parameters, and a
 * parameter without {@code =} is empty. The driver's {@code sslmode=require} verifies nothing, and
 * its {@code ssl=true} is {@code verify-full}.
 */
final class JdbcUrl {
  private static final String PREFIX = "jdbc:postgresql:";
  private static final Set<String> EMPTY_SERVERS = Set.of("", "//", "///");
  private static final Set<String> PLACES = Set.of("PGHOST", "PGPORT", "PGDBNAME");

  private static final String LOADS_CLASS =
      "it loads a class by name, which an environment variable must not be able to do";
  private static final String IGNORED = "the driver ignores it";

  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("authenticationPluginClassName", LOADS_CLASS),
          Map.entry("classLoaderStrategy", LOADS_CLASS),
          Map.entry("connectExecutor", LOADS_CLASS),
          Map.entry("connectExecutorArg", LOADS_CLASS),
          Map.entry("socketFactory", LOADS_CLASS),
          Map.entry("socketFactoryArg", LOADS_CLASS),
          Map.entry("sslfactoryarg", LOADS_CLASS),
          Map.entry("sslhostnameverifier", LOADS_CLASS),
          Map.entry("sslpasswordcallback", LOADS_CLASS),
          Map.entry("xmlFactoryFactory", LOADS_CLASS),
          Map.entry("loggerFile", IGNORED),
          Map.entry("loggerLevel", IGNORED),
          Map.entry("replication", "sessions are not read over a replication connection"),
          Map.entry("service", "write host, port and database into the URL"));

  private final Map<String, String> properties = new HashMap<>();

  private JdbcUrl() {}

  static boolean matches(String url) {
    return url.startsWith(PREFIX);
  }

  /**
   * Returns the driver's properties, checked. PGHOST and PGPORT hold lists, PGDBNAME the database.
   */
  static Map<String, String> parse(String url) {
    var jdbc = new JdbcUrl();
    String rest = url.substring(PREFIX.length());
    int query = rest.indexOf('?');
    String server = query < 0 ? rest : rest.substring(0, query);
    if (!EMPTY_SERVERS.contains(server)) jdbc.readServer(server);
    if (query >= 0) jdbc.readParameters(rest.substring(query + 1));
    LibpqKeywords.checkChannelBinding("channelBinding", jdbc.properties);
    return jdbc.properties;
  }

  private void readServer(String server) {
    if (server.indexOf('@') >= 0) {
      throw malformed(
          "a jdbc:postgresql: URL has no user:password@: write postgresql://user:password@host,"
              + " without jdbc:, or add ?user=...&password=...");
    }
    if (server.startsWith("//")) {
      int slash = server.indexOf('/', 2);
      if (slash < 0) throw malformed("a / is missing after the host");
      readHosts(server.substring(2, slash));
      readDatabase(server.substring(slash + 1));
    } else {
      readDatabase(server);
    }
  }

  private void readDatabase(String database) {
    // The driver has no such rule for a database alone, but this is what a forgotten // looks like.
    if (database.indexOf('/') >= 0 || database.indexOf(':') >= 0) {
      throw malformed("the database holds a / or a :");
    }
    if (!database.isEmpty()) properties.put("PGDBNAME", decode("the database", database));
  }

  private void readHosts(String list) {
    if (list.isEmpty()) return;
    var hosts = new StringBuilder();
    var ports = new StringBuilder();
    for (String address : list.split(",", -1)) {
      int colon = address.lastIndexOf(':');
      boolean hasPort = colon > address.lastIndexOf(']');
      if (address.isEmpty()) throw malformed("a host is empty");
      if (address.endsWith(":")) throw malformed("a port is empty");
      hosts.append(unbracketed(hasPort ? address.substring(0, colon) : address)).append(',');
      ports.append(hasPort ? address.substring(colon + 1) : "").append(',');
    }
    properties.put("PGHOST", hosts.substring(0, hosts.length() - 1));
    properties.put("PGPORT", ports.substring(0, ports.length() - 1));
  }

  private static String unbracketed(String host) {
    boolean brackets = host.length() > 2 && host.startsWith("[") && host.endsWith("]");
    return brackets ? host.substring(1, host.length() - 1) : host;
  }

  private void readParameters(String query) {
    int number = 0;
    for (String parameter : query.split("&", -1)) {
      number++;
      if (!parameter.isEmpty()) readParameter(number, parameter, query);
    }
  }

  private void readParameter(int number, String parameter, String query) {
    int equals = parameter.indexOf('=');
    String name = place(equals < 0 ? parameter : parameter.substring(0, equals));
    requireAllowed(name, number, query);
    String value =
        equals < 0 ? "" : decode("the value of " + name, parameter.substring(equals + 1));
    properties.put(name, checked(name, value));
  }

  /** Maps {@code host}, {@code port} and {@code dbname} in any case, as the driver does. */
  private static String place(String name) {
    String place = "PG" + name.toUpperCase(Locale.ROOT);
    return PLACES.contains(place) ? place : name;
  }

  private static String decode(String part, String encoded) {
    return UrlText.decode(part, encoded.replace('+', ' '));
  }

  /**
   * Refuses other parameters; the error names one that nobody knows only if it cannot be part of a
   * password.
   */
  static void requireAllowed(String name, int number, String query) {
    String why = REFUSED.get(name);
    if (why != null) throw refused(name, why);
    if (PGProperty.forName(name) != null) return;
    if (LibpqKeywords.isKnown(name)) {
      throw problem(name + " is no property of the driver, only of postgresql:// URLs");
    }
    throw unknown(name, number, query, "the driver");
  }

  /**
   * Returns the value as the driver writes it. Refuses one over which the driver would fail later,
   * with the value in its message, or that it would silently replace.
   */
  static String checked(String name, String value) {
    return switch (name) {
      case "PGHOST", "PGPORT", "PGDBNAME", "user", "password" -> value;
      case "requireAuth" -> authMethods(name, value);
      case "sslfactory" -> ownFactory(name, value);
      case "ssl" -> value.isEmpty() ? value : choice(name, value, "true", "false");
      default -> byDefault(name, value, PGProperty.forName(name));
    };
  }

  /** Checks a value against what its property takes, which the choices or the default show. */
  private static String byDefault(String name, String value, @Nullable PGProperty property) {
    if (property == null) return value;
    if (property.getChoices() != null) return choice(name, value, property.getChoices());
    String standard = String.valueOf(property.getDefaultValue());
    if (standard.equals("true") || standard.equals("false")) {
      return choice(name, value, "true", "false");
    }
    if (UrlText.number(standard) == null) return value;
    return Integer.toString(UrlText.number(name, value));
  }

  private static String choice(String name, String value, String... choices) {
    return Arrays.stream(choices)
        .filter(value::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(() -> problem(name + " must be one of " + String.join(", ", choices)));
  }

  private static String authMethods(String name, String value) {
    LibpqKeywords.checkAuthMethods(name, value);
    return value;
  }

  /**
   * Accepts the driver's own factories that verify as sslmode says; one of its others never does.
   */
  private static String ownFactory(String name, String value) {
    return choice(
        name, value, "org.postgresql.ssl.DefaultJavaSSLFactory", "org.postgresql.ssl.LibPQFactory");
  }
}
