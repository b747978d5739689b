package io.vibee.session.jdbc;

import static io.vibee.session.jdbc.DatabaseUrlProblem.problem;
import static io.vibee.session.jdbc.DatabaseUrlProblem.unknown;
import static io.vibee.session.jdbc.LibpqUriRule.always;
import static io.vibee.session.jdbc.LibpqUriRule.choice;
import static io.vibee.session.jdbc.LibpqUriRule.elsewhere;
import static io.vibee.session.jdbc.LibpqUriRule.flag;
import static io.vibee.session.jdbc.LibpqUriRule.refusing;
import static io.vibee.session.jdbc.LibpqUriRule.text;
import static io.vibee.session.jdbc.LibpqUriRule.timeout;
import static java.util.Map.entry;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.postgresql.PGProperty;

/**
 * Every keyword of libpq up to 18, and what becomes of it. The driver ignores what it does not
 * know, {@code channel_binding=require} included, so that nothing may be passed on unseen.
 */
final class LibpqUriRules {
  private static final String NO_REVOCATION = "the driver reads no revocation lists";
  private static final String NO_TUNING = "Java leaves it to the operating system";
  private static final String NO_OAUTH = "the driver has no OAuth";
  private static final String NO_PROTOCOL = "the driver speaks one version of the protocol";
  private static final String NO_SERVICE = "write host, port and database into the URL";
  private static final String NO_SCRAM_KEYS = "the driver logs in with the password";
  private static final String NO_TLS_VERSIONS =
      "set them for the whole JVM, with -Djdk.tls.client.protocols";

  private static final Map<String, LibpqUriRule> RULES =
      Map.ofEntries(
          entry("host", elsewhere()),
          entry("port", elsewhere()),
          entry("dbname", elsewhere()),
          entry("user", elsewhere()),
          entry("password", text("password")),
          entry("sslmode", elsewhere()),
          entry("sslrootcert", elsewhere()),
          entry("application_name", elsewhere()),
          entry("fallback_application_name", elsewhere()),
          entry("options", text("options")),
          entry("sslcert", text("sslcert")),
          entry("sslkey", text("sslkey")),
          entry("sslpassword", text("sslpassword")),
          entry("krbsrvname", text("kerberosServerName")),
          entry("connect_timeout", timeout()),
          entry("keepalives", flag("tcpKeepAlive")),
          entry("channel_binding", choice("channelBinding", "disable", "prefer", "require")),
          entry("sslnegotiation", choice("sslNegotiation", "postgres", "direct")),
          entry("gssencmode", choice("gssEncMode", "disable", "prefer", "require")),
          entry("load_balance_hosts", choice("loadBalanceHosts", "disable=false", "random=true")),
          // The driver's secondary is a server in recovery or with read-only transactions: just
          // what libpq calls read-only, and all that it has for a standby.
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
          entry("require_auth", LibpqUriAuthMethods::apply),
          entry("client_encoding", always("UTF8", "utf8", "UTF-8", "utf-8")),
          entry("gssdelegation", always("0")),
          entry("gsslib", choice("gsslib", "gssapi")),
          entry("sslcertmode", always("allow")),
          entry("sslcompression", always("0")),
          entry("sslsni", always("1")),
          entry("hostaddr", refusing("write the address as the host")),
          entry("passfile", refusing("set PGPASSFILE, which the driver reads")),
          entry("service", refusing(NO_SERVICE)),
          entry("servicefile", refusing(NO_SERVICE)),
          entry("keepalives_idle", refusing(NO_TUNING)),
          entry("keepalives_interval", refusing(NO_TUNING)),
          entry("keepalives_count", refusing(NO_TUNING)),
          entry("tcp_user_timeout", refusing(NO_TUNING)),
          entry("replication", refusing("sessions are not read over a replication connection")),
          entry("requirepeer", refusing("it is for Unix-domain sockets, which Java has none of")),
          entry("sslcrl", refusing(NO_REVOCATION)),
          entry("sslcrldir", refusing(NO_REVOCATION)),
          entry("sslkeylogfile", refusing("the driver writes no keys")),
          entry("ssl_min_protocol_version", refusing(NO_TLS_VERSIONS)),
          entry("ssl_max_protocol_version", refusing(NO_TLS_VERSIONS)),
          entry("min_protocol_version", refusing(NO_PROTOCOL)),
          entry("max_protocol_version", refusing(NO_PROTOCOL)),
          entry("scram_client_key", refusing(NO_SCRAM_KEYS)),
          entry("scram_server_key", refusing(NO_SCRAM_KEYS)),
          entry("oauth_issuer", refusing(NO_OAUTH)),
          entry("oauth_client_id", refusing(NO_OAUTH)),
          entry("oauth_client_secret", refusing(NO_OAUTH)),
          entry("oauth_scope", refusing(NO_OAUTH)));

  /** What other libraries put into such URLs; named in the error, since they are so common. */
  private static final Set<String> FOREIGN =
      Set.of(
          "charset",
          "connection_limit",
          "encoding",
          "max_connections",
          "pgbouncer",
          "pool",
          "pool_size",
          "pool_timeout",
          "schema",
          "search_path",
          "socket_timeout",
          "sslaccept",
          "sslidentity",
          "statement_cache_size",
          "statement_timeout",
          "timezone");

  private LibpqUriRules() {}

  static boolean isKnown(String keyword) {
    return RULES.containsKey(keyword);
  }

  /**
   * The keyword itself if libpq has it, spelled just so; an error otherwise. A name that nobody
   * knows is repeated only where it is no part of a password.
   */
  static String known(String keyword, int number, String query) {
    if (isKnown(keyword)) return keyword;
    if (PGProperty.forName(keyword) != null) {
      throw problem(keyword + " is no parameter of psql, only of jdbc:postgresql: URLs");
    }
    if (FOREIGN.contains(keyword))
      throw problem(keyword + " is no parameter of psql: leave it out");
    String lower = keyword.toLowerCase(Locale.ROOT);
    if (isKnown(lower)) throw problem(lower + " is written in lower case");
    throw unknown(keyword, number, query, "psql");
  }

  /** The driver's properties for these values. */
  static Map<String, String> apply(Map<String, String> values, boolean rootCertificateExists) {
    Map<String, String> properties = new HashMap<>();
    values.forEach((keyword, value) -> rule(keyword).apply(keyword, value, properties));
    LibpqUriTls.apply(values, properties, rootCertificateExists);
    text("ApplicationName").apply("", values.getOrDefault("application_name", ""), properties);
    if (!properties.containsKey("ApplicationName")) {
      String fallback = values.getOrDefault("fallback_application_name", "");
      text("ApplicationName").apply("", fallback, properties);
    }
    return properties;
  }

  private static LibpqUriRule rule(String keyword) {
    return RULES.getOrDefault(keyword, refusing("psql does not know it"));
  }
}
