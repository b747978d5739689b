package io.vibee.session.jdbc;

import static io.vibee.session.jdbc.DatabaseUrlProblem.problem;
import static io.vibee.session.jdbc.DatabaseUrlProblem.refused;
import static io.vibee.session.jdbc.LibpqUriRule.choice;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What libpq makes of its TLS parameters together.
 *
 * <p>{@code sslcert} and {@code sslkey} reach the driver as they are. It wants the key as PKCS #8,
 * DER or PEM and not encrypted if PEM, or certificate and key in a {@code .p12} file; a PEM key
 * that is not RSA must be such a file too. Its default is {@code ~/.postgresql/postgresql.pk8}.
 */
final class LibpqUriTls {
  private static final LibpqUriRule MODE =
      choice("sslmode", "disable", "allow", "prefer", "require", "verify-ca", "verify-full");
  private static final Set<String> STRONG = Set.of("require", "verify-ca", "verify-full");

  private LibpqUriTls() {}

  /** Sets {@code sslmode} and where trust comes from, and refuses what contradicts itself. */
  static void apply(
      Map<String, String> values, Map<String, String> properties, boolean rootCertificateExists) {
    String root = values.getOrDefault("sslrootcert", "");
    boolean system = root.equals("system");
    String mode = values.getOrDefault("sslmode", system ? "verify-full" : "prefer");
    MODE.apply("sslmode", mode, properties);
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

  /** The certificates that Java trusts are the closest to those that OpenSSL finds by itself. */
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
    if (!STRONG.contains(mode)) {
      throw problem("sslnegotiation=direct needs sslmode=require, verify-ca or verify-full");
    }
    // The driver would not even try GSS then, and use TLS without a word.
    if ("require".equals(properties.get("gssEncMode"))) {
      throw problem("sslnegotiation=direct contradicts gssencmode=require");
    }
  }

  /** Channel binding ties the login to the TLS connection, so that there must be one. */
  static void checkChannelBinding(String keyword, Map<String, String> properties) {
    if ("require".equals(properties.get("channelBinding"))
        && "disable".equals(properties.get("sslmode"))) {
      throw problem(keyword + "=require contradicts sslmode=disable: it needs TLS");
    }
  }
}
