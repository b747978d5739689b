package io.vibee.session.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * One thing to ask the driver for.
 *
 * <p>The driver can go from host to host by itself, but it gives all of them one {@code
 * connectTimeout}: when the first does not answer, a millisecond is left for the second, which it
 * then remembers as dead. libpq's is for each. So a libpq URI is tried host by host, here; a {@code
 * jdbc:} URL is left to the driver.
 */
final class DatabaseUrlAttempt {
  /** Hosts and database, without user or password. */
  private final String url;

  /**
   * All else. The password is among them, so it is no field of a record, which cannot be transient.
   */
  private final transient Properties properties;

  private DatabaseUrlAttempt(String url, Properties properties) {
    this.url = url;
    this.properties = properties;
  }

  String url() {
    return url;
  }

  Properties properties() {
    return properties;
  }

  /** What to try in turn until one succeeds; in another order each time if that was asked for. */
  static List<DatabaseUrlAttempt> of(DatabaseUrl database) {
    List<DatabaseUrlHost> hosts = new ArrayList<>(database.hosts());
    Properties properties = database.driverProperties();
    if (hosts.size() == 1 || !database.isUri()) {
      return List.of(new DatabaseUrlAttempt(url(hosts, database), properties));
    }
    if ("true".equals(properties.getProperty("loadBalanceHosts"))) Collections.shuffle(hosts);
    var attempts = new ArrayList<DatabaseUrlAttempt>();
    for (String target : targets(properties.getProperty("targetServerType", "any"))) {
      for (DatabaseUrlHost host : hosts) {
        Properties own = database.driverProperties();
        own.setProperty("targetServerType", target);
        attempts.add(new DatabaseUrlAttempt(url(List.of(host), database), own));
      }
    }
    return attempts;
  }

  /** A preference takes two rounds, the second of which takes what is there. */
  private static List<String> targets(String target) {
    return target.equals("preferSecondary") ? List.of("secondary", "any") : List.of(target);
  }

  private static String url(List<DatabaseUrlHost> hosts, DatabaseUrl database) {
    String servers = hosts.stream().map(Object::toString).collect(Collectors.joining(","));
    return "jdbc:postgresql://" + servers + "/" + URLEncoder.encode(database.database(), UTF_8);
  }

  /** The properties hold the password. */
  @Override
  public String toString() {
    return url;
  }
}
