package io.vibee.session.jdbc.url;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Gets connections directly from the driver, with a URL of hosts and database only.
 *
 * <p>The driver's own data sources build a URL from all properties, {@code sslpassword} included,
 * log it, and go through {@code DriverManager}, which offers the password to every driver that is
 * loaded.
 *
 * <p>Thread-safe.
 */
final class UrlDataSource implements DataSource {
  private final Driver driver = new Driver();
  private final Target target;
  private volatile int loginTimeout;

  UrlDataSource(Target target) {
    this.target = target;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Iterator<Attempt> attempts = Attempt.of(target).iterator();
    SQLException before = null;
    while (true) {
      try {
        return connect(attempts.next());
      } catch (SQLException e) {
        if (before != null) e.addSuppressed(before);
        if (!attempts.hasNext() || !isOfThisHostOnly(e)) throw e;
        before = e;
      }
    }
  }

  private Connection connect(Attempt attempt) throws SQLException {
    int seconds = loginTimeout;
    if (seconds > 0) attempt.properties().putIfAbsent("loginTimeout", Integer.toString(seconds));
    Connection connection = driver.connect(attempt.url(), attempt.properties());
    if (connection == null) throw new SQLException("The driver does not take the database's URL.");
    return connection;
  }

  /**
   * Whether to go on to the next host, as libpq does unless this one understood and refused, such
   * as a password.
   */
  private static boolean isOfThisHostOnly(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.equals("57P03");
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("The user is the one in DATABASE_URL.");
  }

  @Override
  public int getLoginTimeout() {
    return loginTimeout;
  }

  /**
   * Limits the whole login, whereas {@code connectTimeout} limits only its first step; a pool sets
   * it to the time that it is ready to wait. A {@code loginTimeout} in the URL takes precedence.
   */
  @Override
  public void setLoginTimeout(int seconds) {
    loginTimeout = seconds;
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter writer) throws SQLException {
    throw new SQLFeatureNotSupportedException("The driver logs by java.util.logging.");
  }

  @Override
  public Logger getParentLogger() {
    return driver.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) return type.cast(this);
    throw new SQLException("This data source wraps no " + type.getName() + ".");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }

  /** Returns hosts, ports and database, fit for a log line. */
  @Override
  public String toString() {
    return target.toString();
  }

  /**
   * One connection to ask the driver for.
   *
   * <p>The driver can go from host to host by itself, but with one {@code connectTimeout} for all:
   * if the first does not answer, a millisecond is left for the second, which it then remembers as
   * dead. libpq's timeout is for each host. So the hosts of a libpq URI are tried here, one by one;
   * a {@code jdbc:} URL is left to the driver.
   */
  static final class Attempt {
    /** Hosts and database, without user or password. */
    private final String url;

    /**
     * Everything else, including the password; so this class is no record, whose fields cannot be
     * transient.
     */
    private final transient Properties properties;

    private Attempt(String url, Properties properties) {
      this.url = url;
      this.properties = properties;
    }

    String url() {
      return url;
    }

    Properties properties() {
      return properties;
    }

    /** Returns what to try in turn until one succeeds, in random order if the URL asks for it. */
    static List<Attempt> of(Target target) {
      List<Host> hosts = new ArrayList<>(target.hosts());
      Properties properties = target.driverProperties();
      if (hosts.size() == 1 || !target.isUri()) {
        return List.of(new Attempt(url(hosts, target), properties));
      }
      if ("true".equals(properties.getProperty("loadBalanceHosts"))) Collections.shuffle(hosts);
      var attempts = new ArrayList<Attempt>();
      for (String kind : kinds(properties.getProperty("targetServerType", "any"))) {
        for (Host host : hosts) {
          Properties own = target.driverProperties();
          own.setProperty("targetServerType", kind);
          attempts.add(new Attempt(url(List.of(host), target), own));
        }
      }
      return attempts;
    }

    /** Makes two rounds of a preference, the second of which takes any server. */
    private static List<String> kinds(String kind) {
      return kind.equals("preferSecondary") ? List.of("secondary", "any") : List.of(kind);
    }

    private static String url(List<Host> hosts, Target target) {
      String servers = hosts.stream().map(Object::toString).collect(Collectors.joining(","));
      return "jdbc:postgresql://" + servers + "/" + URLEncoder.encode(target.database(), UTF_8);
    }

    /** Leaves out the properties, which contain the password. */
    @Override
    public String toString() {
      return url;
    }
  }
}
