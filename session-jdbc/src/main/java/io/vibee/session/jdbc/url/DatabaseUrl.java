package io.vibee.session.jdbc.url;

import static io.vibee.session.jdbc.url.UrlProblem.NOT_EXPANDED;
import static io.vibee.session.jdbc.url.UrlProblem.holdsVariable;
import static io.vibee.session.jdbc.url.UrlProblem.malformed;
import static io.vibee.session.jdbc.url.UrlProblem.problem;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionException;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.sql.SqlErrors;
import java.io.File;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The database that {@code DATABASE_URL} names, understood and checked.
 *
 * <p>A libpq URI means what it means to psql, except that
 *
 * <ul>
 *   <li>no host means {@code localhost}, since Java cannot offer psql's default, a Unix-domain
 *       socket;
 *   <li>no {@code PG*} variable is read, and {@code ~/.pgpass} (or {@code PGPASSFILE}) only by the
 *       driver itself, when no password is given;
 *   <li>{@code sslrootcert=system} means the certificates that Java trusts;
 *   <li>{@code connect_timeout} is 10 seconds for the first step of connecting unless it is given.
 * </ul>
 *
 * <p>A {@code jdbc:postgresql:} URL means what it means to the driver, without the properties that
 * load classes by name. In both, what cannot be honoured is refused by name.
 *
 * <p>Neither {@link #toString()} nor any error shows a password or anything else that could be one,
 * and the driver is never given a URL with one. Code that reads fields, such as a serializer or a
 * reflective {@code toString}, finds none as long as it skips transient fields, as with {@link
 * io.vibee.session.Secret}. Immutable and thread-safe.
 */
public final class DatabaseUrl {
  /**
   * What the driver is told unless the URL says otherwise. Statements are short, so none takes a
   * minute; without a limit, a dead network would hold a caller for ever. The server's error detail
   * repeats the values of rows. A pooler in transaction mode loses named prepared statements
   * (PgBouncer before 1.21), and the driver names them from the fifth execution on unless the
   * threshold is zero. And the driver sends the application's name after login, by SET, unless it
   * knows that the server is recent.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "ApplicationName", "vibee-session",
          "connectTimeout", "10",
          "socketTimeout", "60",
          "tcpKeepAlive", "true",
          "logServerErrorDetail", "false",
          "prepareThreshold", "0",
          "assumeMinServerVersion", "14");

  private final Target target;
  private final boolean thresholdGiven;

  private DatabaseUrl(Target target, boolean thresholdGiven) {
    this.target = target;
    this.thresholdGiven = thresholdGiven;
  }

  /**
   * Whether a text begins like a URL that can be read here.
   *
   * @param url any text
   * @return true if it begins like a libpq URI or a URL of the driver
   */
  public static boolean looksLike(String url) {
    return LibpqUri.matches(url) || JdbcUrl.matches(url);
  }

  /**
   * Reads a URL, and takes what it leaves open from this machine.
   *
   * @param url what {@code DATABASE_URL} holds
   * @return the database that it names; no connection has been made yet
   * @throws MisconfiguredException if it is malformed or cannot be honoured; the message repeats
   *     nothing of the URL but names of parameters. No other exception is thrown
   */
  public static DatabaseUrl parse(String url) {
    return parse(url, Machine.here());
  }

  /** Reads a URL, and takes what it leaves open from the given machine. */
  static DatabaseUrl parse(String url, Machine machine) {
    if (!looksLike(url)) {
      throw problem(
          "write it as postgresql://user:password@host:5432/database?sslmode=require, or as"
              + " jdbc:postgresql://host:5432/database?user=...&password=..., without quotes");
    }
    if (url.chars().anyMatch(Character::isISOControl)) {
      throw malformed("it holds a line break or another control character");
    }
    if (url.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
      throw malformed("it is not valid Unicode text");
    }
    try {
      return LibpqUri.matches(url) ? ofUri(url, machine) : ofJdbc(url, machine);
    } catch (MisconfiguredException e) {
      if (!holdsVariable(url)) throw e;
      throw new MisconfiguredException(e.getMessage() + NOT_EXPANDED);
    }
  }

  private static DatabaseUrl ofUri(String url, Machine machine) {
    Map<String, String> values = LibpqUri.parse(url);
    var hosts = Host.pair(values.getOrDefault("host", ""), values.getOrDefault("port", ""));
    var properties = LibpqKeywords.apply(values, machine.rootCertificateExists());
    properties.put("user", values.getOrDefault("user", ""));
    String database = values.getOrDefault("dbname", "");
    return complete(url, hosts, database, properties, machine);
  }

  private static DatabaseUrl ofJdbc(String url, Machine machine) {
    Map<String, String> properties = JdbcUrl.parse(url);
    var hosts =
        Host.pair(properties.getOrDefault("PGHOST", ""), properties.getOrDefault("PGPORT", ""));
    String database = properties.getOrDefault("PGDBNAME", "");
    // These are part of the driver's URL, which they would not override as properties.
    properties.keySet().removeAll(List.of("PGHOST", "PGPORT", "PGDBNAME"));
    return complete(url, hosts, database, properties, machine);
  }

  private static DatabaseUrl complete(
      String url, List<Host> hosts, String database, Map<String, String> given, Machine machine) {
    Map<String, String> properties = new HashMap<>(DEFAULTS);
    properties.putAll(given);
    if (properties.getOrDefault("user", "").isEmpty()) properties.put("user", machine.user());
    String user = properties.getOrDefault("user", "");
    if (user.isEmpty()) throw problem("it names no user, and the operating system has none either");
    Target target =
        new Target(
            LibpqUri.matches(url),
            hosts,
            database.isEmpty() ? user : database,
            properties,
            holdsVariable(url));
    return new DatabaseUrl(target, given.containsKey("prepareThreshold"));
  }

  /**
   * Whether the URL itself sets the number of executions after which the driver names a statement
   * on the server.
   *
   * @return true if it sets {@code prepareThreshold}
   */
  public boolean setsPrepareThreshold() {
    return thresholdGiven;
  }

  /**
   * Whether the URL asks for a server that takes no changes, such as a standby, so that nothing
   * must be written.
   *
   * @return true for {@code target_session_attrs=standby} and {@code read-only}
   */
  public boolean asksForReadOnly() {
    return target.asksForReadOnly();
  }

  /**
   * Explains why a connection to this database could not be made, and what to do about it. May look
   * up the host and probe its port, for two seconds at most.
   *
   * @param error thrown by {@link #toDataSource()}, or by a pool over it
   * @return the error; neither its message nor its cause shows a password
   */
  public StoreUnavailableException unavailable(SQLException error) {
    return ConnectFailure.of(error, target);
  }

  /**
   * Takes a connection from a caller's data source, or explains why it cannot.
   *
   * @param dataSource supplies the connection
   * @return the connection, to be closed by the caller
   * @throws StoreUnavailableException if there is none; an {@link IllegalStateException} or {@link
   *     SessionException} of the data source is passed on
   */
  public static Connection connect(DataSource dataSource) {
    try {
      return dataSource.getConnection();
    } catch (IllegalStateException | SessionException e) {
      throw e; // it is closed, all are in use, or it has already explained why
    } catch (SQLException e) {
      throw ConnectFailure.of(e, null);
    } catch (RuntimeException e) {
      // Pools throw their own exceptions when they cannot start; the reason is among the causes.
      throw ConnectFailure.of(SqlErrors.unwrap(e), null);
    }
  }

  /**
   * Connects as {@link #toDataSource()} does, or explains why it cannot.
   *
   * @return the connection, to be closed by the caller
   * @throws StoreUnavailableException if there is none
   */
  public Connection connect() {
    try {
      return toDataSource().getConnection();
    } catch (SQLException e) {
      throw unavailable(e);
    }
  }

  /**
   * Returns the same database for connections that must not take long: neither to be made, all
   * hosts together, nor to answer.
   *
   * @param timeout how long; rounded up to seconds
   * @return the database, whatever times the URL itself sets
   */
  public DatabaseUrl within(Duration timeout) {
    return new DatabaseUrl(target.within(timeout), thresholdGiven);
  }

  Target target() {
    return target;
  }

  /**
   * Whether every host is this machine, judged by name, so that nobody can listen in between.
   *
   * @return true for {@code localhost} and loopback addresses in their usual forms
   */
  public boolean isLocal() {
    return target.isLocal();
  }

  /**
   * Returns how the driver uses TLS and verifies the server.
   *
   * @return the {@code sslmode} in force; {@code prefer} unless the URL says otherwise
   */
  public String sslMode() {
    return target.sslMode();
  }

  /**
   * Whether the URL names a file with trusted certificates.
   *
   * @return true if it does
   */
  public boolean namesRootCertificate() {
    return target.namesRootCertificate();
  }

  /**
   * Whether logins must be bound to the TLS connection, which verifies the server.
   *
   * @return true for {@code channel_binding=require}
   */
  public boolean requiresChannelBinding() {
    return target.requiresChannelBinding();
  }

  /**
   * Returns a data source for this database. It makes a new connection each time, which the caller
   * closes.
   *
   * @return a thread-safe data source, whose errors and logs show no password
   */
  public DataSource toDataSource() {
    return new UrlDataSource(target);
  }

  /**
   * Returns hosts, ports and database, fit for a log line.
   *
   * @return neither user nor password
   */
  @Override
  public String toString() {
    return target.toString();
  }

  /**
   * What a URL leaves open, and the machine that reads it decides.
   *
   * @param user the operating system's user, which is the database user if none is named
   * @param rootCertificateExists whether there is a root certificate at its default path, which
   *     turns {@code sslmode=require} into {@code verify-ca}
   */
  record Machine(String user, boolean rootCertificateExists) {
    /** Describes this machine as the driver sees it, by system properties. */
    static Machine here() {
      String user = System.getProperty("user.name", "");
      // Java's name for a user without one, as is usual in containers.
      if (user.equals("?")) user = "";
      return new Machine(user, new File(certificates(), "root.crt").exists());
    }

    private static File certificates() {
      String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
      return system.contains("windows")
          ? new File(String.valueOf(System.getenv("APPDATA")), "postgresql")
          : new File(System.getProperty("user.home", ""), ".postgresql");
    }
  }
}
