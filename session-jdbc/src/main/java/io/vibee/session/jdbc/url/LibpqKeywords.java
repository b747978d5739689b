package io.vibee.session.jdbc.url;

import static io.vibee.session.jdbc.url.UrlProblem.problem;
import static io.vibee.session.jdbc.url.UrlProblem.refused;
import static io.vibee.session.jdbc.url.UrlProblem.unknown;
import static java.util.Map.entry;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.postgresql.PGProperty;

/**
 * The keywords of libpq up to version 18, and what becomes of each. The driver ignores what it does
 * not know, {@code channel_binding=require} included. So only what is listed here is passed on, and
 * all else is refused, since leaving it out could mean less security than was asked for.
 *
 * <p>{@code sslcert} and {@code sslkey} reach the driver as they are. It wants the key as PKCS #8,
 * DER or PEM and not encrypted if PEM, or certificate and key in a {@code .p12} file; a PEM key
 * that is not RSA must be such a file too. Its default is {@code ~/.postgresql/postgresql.pk8}.
 */
final class LibpqKeywords {
  /**
   * Translates one keyword: sets properties of the driver, or refuses with the keyword and the
   * values that it takes, but never with the value that it was given.
   */
  @FunctionalInterface
  private interface Rule {
    void apply(String keyword, String value, Map<String, String> properties);
  }

  private static final Rule SSLMODE =
      choice("sslmode", "disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  /** Leaves a value to code that considers several together. */
  private static final Rule ELSEWHERE = (keyword, value, properties) -> {};

  private static final Map<String, Rule> TAKEN =
      Map.ofEntries(
          entry("host", ELSEWHERE),
          entry("port", ELSEWHERE),
          entry("dbname", ELSEWHERE),
          entry("user", ELSEWHERE),
          entry("password", text("password")),
          entry("sslmode", ELSEWHERE),
          entry("sslrootcert", ELSEWHERE),
          entry("application_name", ELSEWHERE),
          entry("fallback_application_name", ELSEWHERE),
          entry("options", text("options")),
          entry("sslcert", text("sslcert")),
          entry("sslkey", text("sslkey")),
          entry("sslpassword", text("sslpassword")),
          entry("krbsrvname", text("kerberosServerName")),
          entry("connect_timeout", LibpqKeywords::timeout),
          entry("keepalives", flag("tcpKeepAlive")),
          entry("channel_binding", choice("channelBinding", "disable", "prefer", "require")),
          entry("sslnegotiation", choice("sslNegotiation", "postgres", "direct")),
          entry("gssencmode", choice("gssEncMode", "disable", "prefer", "require")),
          entry("load_balance_hosts", choice("loadBalanceHosts", "disable=false", "random=true")),
          // The driver's secondary is a server in recovery or with read-only transactions: exactly
          // what libpq calls read-only, and the closest that it has to a standby.
          entry(
              "target_session_attrs",
              choice(
                  "targetServerType",
                  "any",
                  "read-write=primary",
                  "read-only=secondary",
                  "primary",
                  "standby=secondary",
                  "prefer-standby=preferSecondary")),
          entry("require_auth", LibpqKeywords::requireAuth),
          entry("client_encoding", always("UTF8", "utf8", "UTF-8", "utf-8")),
          entry("gssdelegation", always("0")),
          entry("gsslib", choice("gsslib", "gssapi")),
          entry("sslcertmode", always("allow")),
          entry("sslcompression", always("0")),
          entry("sslsni", always("1")));

  /** Other keywords of libpq that somebody may need, and what to do instead. */
  private static final Map<String, String> INSTEAD =
      Map.of(
          "hostaddr", "write the address as the host",
          "passfile", "set PGPASSFILE, which the driver reads",
          "service", "write host, port and database into the URL",
          "servicefile", "write host, port and database into the URL",
          "ssl_min_protocol_version", "set it for the whole JVM, with -Djdk.tls.client.protocols",
          "ssl_max_protocol_version", "set it for the whole JVM, with -Djdk.tls.client.protocols",
          "sslcrl", "the driver reads no revocation lists",
          "sslcrldir", "the driver reads no revocation lists");

  /** The remaining keywords of libpq, for which the driver has nothing. */
  private static final Set<String> WITHOUT_DRIVER =
      Set.of(
          ("keepalives_count keepalives_idle keepalives_interval "
                  + "max_protocol_version min_protocol_version oauth_client_id "
                  + "oauth_client_secret oauth_issuer oauth_scope replication requirepeer "
                  + "scram_client_key scram_server_key sslkeylogfile tcp_user_timeout")
              .split(" "));

  /**
   * Parameters that other libraries put into such URLs; errors name them, since they are so common.
   */
  private static final Set<String> FOREIGN =
      Set.of(
          ("charset connection_limit encoding max_connections pgbouncer pool "
                  + "pool_size pool_timeout schema search_path socket_timeout sslaccept "
                  + "sslidentity statement_cache_size statement_timeout timezone")
              .split(" "));

  private static final Set<String> ENFORCES_TLS = Set.of("require", "verify-ca", "verify-full");

  private static final List<String> AUTH_METHODS =
      List.of("password", "md5", "gss", "sspi", "scram-sha-256", "none");

  private LibpqKeywords() {}

  static boolean isKnown(String keyword) {
    return TAKEN.containsKey(keyword)
        || INSTEAD.containsKey(keyword)
        || WITHOUT_DRIVER.contains(keyword);
  }

  /**
   * Returns the keyword if libpq has it with this exact spelling, and refuses it otherwise. The
   * error repeats an unknown name only if that cannot be part of a password.
   */
  static String known(String keyword, int number, String query) {
    if (isKnown(keyword)) return keyword;
    if (PGProperty.forName(keyword) != null) {
      throw problem(keyword + " is no parameter of psql, only of jdbc:postgresql: URLs");
    }
    if (FOREIGN.contains(keyword)) {
      throw problem(keyword + " is no parameter of psql: leave it out");
    }
    String lower = keyword.toLowerCase(Locale.ROOT);
    if (isKnown(lower)) throw problem(lower + " is written in lower case");
    throw unknown(keyword, number, query, "psql");
  }

  /** Returns the driver's properties for these values. */
  static Map<String, String> apply(Map<String, String> values, boolean rootCertificateExists) {
    Map<String, String> properties = new HashMap<>();
    values.forEach((keyword, value) -> rule(keyword).apply(keyword, value, properties));
    applyTls(values, properties, rootCertificateExists);
    String fallback = values.getOrDefault("fallback_application_name", "");
    String name = values.getOrDefault("application_name", "");
    text("ApplicationName").apply("", name.isEmpty() ? fallback : name, properties);
    return properties;
  }

  private static Rule rule(String keyword) {
    Rule rule = TAKEN.get(keyword);
    if (rule != null) return rule;
    throw refused(keyword, INSTEAD.getOrDefault(keyword, "the driver has nothing for it"));
  }

  /** Takes any text, under the driver's name for it; an empty one counts as not given. */
  private static Rule text(String property) {
    return (keyword, value, properties) -> {
      if (!value.isEmpty()) properties.put(property, value);
    };
  }

  /**
   * Takes one of a few values, case-sensitively; {@code libpq=driver} if the driver has another
   * name for it. An empty value is an error, as it is to libpq.
   */
  private static Rule choice(String property, String... choices) {
    List<String[]> known = Arrays.stream(choices).map(choice -> choice.split("=", 2)).toList();
    String allowed = String.join(", ", known.stream().map(choice -> choice[0]).toList());
    return (keyword, value, properties) -> {
      for (String[] choice : known) {
        if (choice[0].equals(value)) {
          properties.put(property, choice[choice.length - 1]);
          return;
        }
      }
      throw problem(keyword + " must be one of " + allowed);
    };
  }

  /** Takes only the values that stand for what the driver does anyway. */
  private static Rule always(String... values) {
    return (keyword, value, properties) -> {
      if (!Arrays.asList(values).contains(value)) {
        throw refused(keyword, "the driver knows only " + keyword + "=" + values[0]);
      }
    };
  }

  /** Takes a number as a switch: zero is off, all others are on. */
  private static Rule flag(String property) {
    return (keyword, value, properties) ->
        properties.put(property, Boolean.toString(UrlText.number(keyword, value) != 0));
  }

  /**
   * Takes seconds to connect; zero and less mean no limit, and the most is what fits the driver's
   * milliseconds. libpq counts the whole login, the driver's connectTimeout only its first step.
   */
  private static void timeout(String keyword, String value, Map<String, String> properties) {
    int seconds = Math.min(Math.max(0, UrlText.number(keyword, value)), Integer.MAX_VALUE / 1000);
    properties.put("connectTimeout", Integer.toString(seconds));
    if (seconds > 0) properties.put("loginTimeout", Integer.toString(seconds));
  }

  private static void requireAuth(String keyword, String value, Map<String, String> properties) {
    if (value.isEmpty()) return;
    checkAuthMethods(keyword, value);
    properties.put("requireAuth", value);
  }

  /**
   * Checks a list of the ways to log in that are allowed or, each with a {@code !}, of those that
   * are not, as libpq would. The driver reads the same list later, but its exception repeats it.
   */
  static void checkAuthMethods(String keyword, String value) {
    List<String> items = List.of(value.split(",", -1));
    boolean negative = value.startsWith("!");
    if (!items.stream().allMatch(item -> isAuthMethod(item, negative))) {
      throw problem(
          keyword
              + " must be a list of "
              + String.join(", ", AUTH_METHODS)
              + " with commas between them, either all or none with a ! before it");
    }
    if (items.stream().distinct().count() < items.size()) {
      throw problem(keyword + " holds a method twice");
    }
    // Drivers before 42.7.14 take an empty set of allowed methods for no restriction at all.
    if (negative && items.size() == AUTH_METHODS.size()) {
      throw problem(keyword + " leaves no way to log in");
    }
  }

  private static boolean isAuthMethod(String item, boolean negative) {
    if (item.startsWith("!") != negative) return false;
    return AUTH_METHODS.contains(negative ? item.substring(1) : item);
  }

  /** Sets {@code sslmode} and where trust comes from, and refuses what contradicts itself. */
  private static void applyTls(
      Map<String, String> values, Map<String, String> properties, boolean rootCertificateExists) {
    String root = values.getOrDefault("sslrootcert", "");
    boolean system = root.equals("system");
    String mode = values.getOrDefault("sslmode", system ? "verify-full" : "prefer");
    SSLMODE.apply("sslmode", mode, properties);
    if (system) {
      trustJava(values, properties, mode);
    } else if (!root.isEmpty()) {
      properties.put("sslrootcert", root);
    }
    // libpq verifies whenever it has a root certificate; the driver's require never does.
    if (mode.equals("require") && (!root.isEmpty() || rootCertificateExists)) {
      properties.put("sslmode", "verify-ca");
    }
    checkNegotiation(properties, mode);
    checkChannelBinding("channel_binding", properties);
  }

  /** Uses the certificates that Java trusts, the closest to those that OpenSSL finds by itself. */
  private static void trustJava(
      Map<String, String> values, Map<String, String> properties, String mode) {
    if (!mode.equals("verify-full")) throw problem("sslrootcert=system needs sslmode=verify-full");
    for (String keyword : List.of("sslcert", "sslkey", "sslpassword")) {
      if (!values.getOrDefault(keyword, "").isEmpty()) {
        throw refused(keyword, "with sslrootcert=system the driver sends no client certificate");
      }
    }
    properties.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
  }

  private static void checkNegotiation(Map<String, String> properties, String mode) {
    if (!"direct".equals(properties.get("sslNegotiation"))) return;
    if (!ENFORCES_TLS.contains(mode)) {
      throw problem("sslnegotiation=direct needs sslmode=require, verify-ca or verify-full");
    }
    // The driver would then use TLS without even trying GSS, and without a word.
    if ("require".equals(properties.get("gssEncMode"))) {
      throw problem("sslnegotiation=direct contradicts gssencmode=require");
    }
  }

  /** Refuses channel binding without TLS: it ties the login to the TLS connection. */
  static void checkChannelBinding(String keyword, Map<String, String> properties) {
    if ("require".equals(properties.get("channelBinding"))
        && "disable".equals(properties.get("sslmode"))) {
      throw problem(keyword + "=require contradicts sslmode=disable: it needs TLS");
    }
  }
}
