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
 * Asks the driver itself for connections, with a URL of hosts and database only.
 *
 * <p>The driver's own data sources make a URL of all properties, {@code sslpassword} included, log
 * it, and go through {@code DriverManager}, which offers the password to every driver around.
 *
 * <p>Safe for threads.
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

  /** libpq goes on to the next host unless this one understood and said no, as to a password. */
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
   * Bounds the whole of a login, where {@code connectTimeout} bounds only its first step; a pool
   * sets it to the time that it is ready to wait. A {@code loginTimeout} in the URL wins.
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

  /** The same as that of the database: hosts, ports and its name. */
  @Override
  public String toString() {
    return target.toString();
  }

  /**
   * One thing to ask the driver for.
   *
   * <p>The driver can go from host to host by itself, but it gives all of them one {@code
   * connectTimeout}: when the first does not answer, a millisecond is left for the second, which it
   * then remembers as dead. libpq's is for each. So a libpq URI is tried host by host, here; a
   * {@code jdbc:} URL is left to the driver.
   */
  static final class Attempt {
    /** Hosts and database, without user or password. */
    private final String url;

    /**
     * All else. The password is among them, so it is no field of a record, which cannot be
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

    /** What to try in turn until one succeeds; in another order each time if that was asked for. */
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

    /** A preference takes two rounds, the second of which takes what is there. */
    private static List<String> kinds(String kind) {
      return kind.equals("preferSecondary") ? List.of("secondary", "any") : List.of(kind);
    }

    private static String url(List<Host> hosts, Target target) {
      String servers = hosts.stream().map(Object::toString).collect(Collectors.joining(","));
      return "jdbc:postgresql://" + servers + "/" + URLEncoder.encode(target.database(), UTF_8);
    }

    /** The properties hold the password. */
    @Override
    public String toString() {
      return url;
    }
  }
}
