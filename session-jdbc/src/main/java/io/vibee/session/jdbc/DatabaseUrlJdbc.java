package io.vibee.session.jdbc;

import static io.vibee.session.jdbc.DatabaseUrlProblem.malformed;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Takes a {@code jdbc:postgresql:} URL apart as the driver would, which is not asked itself because
 * it logs URLs that it cannot read.
 *
 * <p>Unlike in a libpq URI, a {@code +} is a space, user and password are parameters, and a
 * parameter without {@code =} is empty. The driver's {@code sslmode=require} verifies nothing, and
 * its {@code ssl=true} is {@code verify-full}.
 */
final class DatabaseUrlJdbc {
  private static final String PREFIX = "jdbc:postgresql:";
  private static final Set<String> EMPTY_SERVERS = Set.of("", "//", "///");
  private static final Set<String> PLACES = Set.of("PGHOST", "PGPORT", "PGDBNAME");

  private final Map<String, String> properties = new HashMap<>();

  private DatabaseUrlJdbc() {}

  static boolean matches(String url) {
    return url.startsWith(PREFIX);
  }

  /** The driver's properties, checked; PGHOST, PGPORT and PGDBNAME hold lists and database. */
  static Map<String, String> parse(String url) {
    var jdbc = new DatabaseUrlJdbc();
    String rest = url.substring(PREFIX.length());
    int query = rest.indexOf('?');
    String server = query < 0 ? rest : rest.substring(0, query);
    if (!EMPTY_SERVERS.contains(server)) jdbc.readServer(server);
    if (query >= 0) jdbc.readParameters(rest.substring(query + 1));
    LibpqUriTls.checkChannelBinding("channelBinding", jdbc.properties);
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
    // The driver has no such rule for a database alone; it is what a forgotten // looks like.
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
    DatabaseUrlJdbcProperties.requireAllowed(name, number, query);
    String value =
        equals < 0 ? "" : decode("the value of " + name, parameter.substring(equals + 1));
    properties.put(name, DatabaseUrlJdbcProperties.checked(name, value));
  }

  /** The driver takes {@code host}, {@code port} and {@code dbname} too, in any case. */
  private static String place(String name) {
    String place = "PG" + name.toUpperCase(Locale.ROOT);
    return PLACES.contains(place) ? place : name;
  }

  private static String decode(String part, String encoded) {
    return PercentDecoder.decode(part, encoded.replace('+', ' '));
  }
}
