package io.vibee.session.jdbc.url;

import static io.vibee.session.jdbc.url.UrlProblem.NOT_EXPANDED;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** What a URL names: the servers, the database, and everything else that the driver is told. */
final class Target {
  private final boolean uri;
  private final List<Host> hosts;
  private final String database;

  /** Contains the password; transient, so that code that writes out fields skips it. */
  private final transient Map<String, String> properties;

  private final boolean holdsVariable;

  Target(
      boolean uri,
      List<Host> hosts,
      String database,
      Map<String, String> properties,
      boolean holdsVariable) {
    this.uri = uri;
    this.hosts = hosts;
    this.database = database;
    this.properties = Map.copyOf(properties);
    this.holdsVariable = holdsVariable;
  }

  /**
   * Returns the same servers, each of which has its part of the time to be connected to. (The
   * driver divides it by itself among those of a {@code jdbc:} URL.)
   */
  Target within(Duration timeout) {
    long millis = Math.max(1, timeout.toMillis());
    long each = uri ? millis / hosts.size() : millis;
    var bounded = new HashMap<>(properties);
    bounded.put("connectTimeout", seconds(each));
    bounded.put("loginTimeout", seconds(each));
    bounded.put("socketTimeout", seconds(millis));
    bounded.put("tcpKeepAlive", "true");
    return new Target(uri, hosts, database, bounded, holdsVariable);
  }

  private static String seconds(long millis) {
    return Long.toString(Math.min((millis + 999) / 1000, Integer.MAX_VALUE / 1000));
  }

  /** Whether the URL was a libpq URI, so that hosts are tried in libpq's way. */
  boolean isUri() {
    return uri;
  }

  List<Host> hosts() {
    return hosts;
  }

  String database() {
    return database;
  }

  String user() {
    return properties.getOrDefault("user", "");
  }

  /**
   * Returns what the driver is told besides hosts and database. It contains the password: never log
   * it.
   */
  Properties driverProperties() {
    var copy = new Properties();
    copy.putAll(properties);
    return copy;
  }

  /** Returns what to add to the error of a login that failed over something written in the URL. */
  String hint() {
    return holdsVariable ? NOT_EXPANDED : "";
  }

  boolean hasPassword() {
    return !properties.getOrDefault("password", "").isEmpty();
  }

  boolean requiresTls() {
    return List.of("require", "verify-ca", "verify-full")
        .contains(properties.getOrDefault("sslmode", ""));
  }

  /** Whether the URL accepts only some ways to log in. */
  boolean restrictsLogin() {
    return properties.containsKey("requireAuth")
        || requiresChannelBinding()
        || "require".equals(properties.get("gssEncMode"));
  }

  boolean isLocal() {
    return hosts.stream().allMatch(host -> host.name().matches("localhost|127\\.[0-9.]+|::1"));
  }

  String sslMode() {
    boolean verified = "true".equals(properties.get("ssl"));
    return properties.getOrDefault("sslmode", verified ? "verify-full" : "prefer");
  }

  boolean namesRootCertificate() {
    return !properties.getOrDefault("sslrootcert", "").isEmpty();
  }

  boolean requiresChannelBinding() {
    return "require".equals(properties.get("channelBinding"));
  }

  boolean setsTimeZone() {
    return properties.getOrDefault("options", "").toLowerCase(Locale.ROOT).contains("timezone");
  }

  /** Whether the URL asks for a standby, or a server that is read-only. */
  boolean asksForReadOnly() {
    return List.of("secondary", "slave").contains(properties.getOrDefault("targetServerType", ""));
  }

  boolean asksForKindOfServer() {
    return properties.containsKey("targetServerType");
  }

  /** Returns hosts, ports and database, fit for a log line. */
  @Override
  public String toString() {
    String servers = hosts.stream().map(Object::toString).collect(Collectors.joining(","));
    return servers + "/" + database.replaceAll("[\\p{Cc}\\p{Cf}]", "\uFFFD");
  }
}
