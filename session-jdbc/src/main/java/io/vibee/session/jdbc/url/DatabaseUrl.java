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
 *   <li>no host is {@code localhost}, since Java has no Unix-domain sockets to offer psql's
 *       default;
 *   <li>no {@code PG*} variable is read, and {@code ~/.pgpass} (or {@code PGPASSFILE}) only by the
 *       driver itself, when no password is given;
 *   <li>{@code sslrootcert=system} means the certificates that Java trusts;
 *   <li>{@code connect_timeout} is 10 seconds for the first step of connecting unless it is given.
 * </ul>
 *
 * <p>A {@code jdbc:postgresql:} URL means what it means to the driver, less the properties that
 * load classes by name. What cannot be honoured is refused by name in both.
 *
 * <p>Neither {@link #toString()} nor any error shows a password or anything else that could be one,
 * and the driver is never given a URL with one. What reads fields instead, such as a serializer or
 * a {@code toString} by reflection, finds none as long as it passes over transient ones, as with
 * {@link io.vibee.session.Secret}. Immutable, safe for threads.
 */
public final class DatabaseUrl {
  /**
   * A session is a handful of short statements, so none of them takes a minute; without a limit a
   * dead network would hold a caller for ever. The server's detail repeats the values of rows. A
   * pooler in transaction mode loses named prepared statements (PgBouncer before 1.21), and the
   * driver names them from the fifth execution on unless the threshold is zero. And the driver
   * sends the application's name after the login, by SET, unless it knows that the server is a
   * recent one.
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
   * Whether a text starts as one of the URLs that can be read here.
   *
   * @param url any text
   * @return true if it begins as a libpq URI or as a URL of the driver
   */
  public static boolean looksLike(String url) {
    return LibpqUri.matches(url) || JdbcUrl.matches(url);
  }

  /**
   * Reads a URL on this machine.
   *
   * @param url what {@code DATABASE_URL} holds
   * @return the database that it names; nothing was connected to yet
   * @throws MisconfiguredException if it is malformed or cannot be honoured, with nothing of the
   *     URL in the message but the names of parameters; nothing else is thrown
   */
  public static DatabaseUrl parse(String url) {
    return parse(url, Machine.here());
  }

  /** The same for a given machine. */
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
    // They travel in the driver's URL; as properties they would not win over it.
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
   * Whether the URL itself says from which execution on a statement gets a name on the server.
   *
   * @return true if it sets {@code prepareThreshold}
   */
  public boolean setsPrepareThreshold() {
    return thresholdGiven;
  }

  /**
   * Says why a connection to this database could not be made, and what to do about it. May look the
   * host up and ask its port, for two seconds at most.
   *
   * @param error what {@link #toDataSource()} threw, or a pool over it
   * @return the error; neither its message nor its cause shows a password
   */
  public StoreUnavailableException unavailable(SQLException error) {
    return ConnectFailure.of(error, target);
  }

  /**
   * Connects by a data source of the caller's, and says why it cannot.
   *
   * @param dataSource where the connection comes from
   * @return the connection, to be closed by the caller
   * @throws StoreUnavailableException if there is none
   */
  public static Connection connect(DataSource dataSource) {
    try {
      return dataSource.getConnection();
    } catch (IllegalStateException | SessionException e) {
      throw e; // closed, all are lent, or told already
    } catch (SQLException e) {
      throw ConnectFailure.of(e, null);
    } catch (RuntimeException e) {
      // Pools throw their own when they cannot start; the reason is below.
      throw ConnectFailure.of(SqlErrors.unwrap(e), null);
    }
  }

  /**
   * Connects as {@link #toDataSource()} does, and says why it cannot.
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

  Target target() {
    return target;
  }

  /**
   * Whether every server is this machine by its name, so that nobody listens in between.
   *
   * @return true for {@code localhost} and loopback addresses in their usual forms
   */
  public boolean isLocal() {
    return target.isLocal();
  }

  /**
   * How TLS is used and the server verified, as the driver does it.
   *
   * @return the {@code sslmode} in force; {@code prefer} unless the URL says otherwise
   */
  public String sslMode() {
    return target.sslMode();
  }

  /**
   * Whether the URL names a file with the certificates to trust.
   *
   * @return true if it does
   */
  public boolean namesRootCertificate() {
    return target.namesRootCertificate();
  }

  /**
   * Whether a login is refused unless it is bound to the TLS connection, which verifies the server.
   *
   * @return true for {@code channel_binding=require}
   */
  public boolean requiresChannelBinding() {
    return target.requiresChannelBinding();
  }

  /**
   * Gives connections to this database, each a new one, to be closed by the caller.
   *
   * @return a data source that is safe for threads; its errors and logs show no password
   */
  public DataSource toDataSource() {
    return new UrlDataSource(target);
  }

  /** Hosts, ports and database, fit for a log line. */
  @Override
  public String toString() {
    return target.toString();
  }

  /**
   * What a URL leaves to the machine that it is read on.
   *
   * @param user the operating system's user, which is the database user where none is named
   * @param rootCertificateExists whether there is a root certificate in its default place, which
   *     turns {@code sslmode=require} into {@code verify-ca}
   */
  record Machine(String user, boolean rootCertificateExists) {
    /** This machine, as the driver sees it: by system properties. */
    static Machine here() {
      String user = System.getProperty("user.name", "");
      // So Java calls a user whom the system has no name for, as is usual in containers.
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
