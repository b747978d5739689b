package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether others can read or change what travels to the server. */
final class DoctorTls {
  private static final String TLS = "tls";
  private static final String STATE =
      """
      select ssl, version, cipher from pg_stat_ssl where pid = pg_backend_pid()
      """;

  private DoctorTls() {}

  static void check(DoctorPatient patient, DoctorSql sql, DoctorFindings findings)
      throws SQLException {
    String url = Objects.requireNonNullElse(patient.setting("DATABASE_URL"), "");
    String mode = parameter(url, "sslmode");
    if (mode.isEmpty() && parameter(url, "ssl").equals("true")) mode = "verify-full";
    DoctorSql.Row state = sql.row(STATE);
    // Behind a pooler the server sees the pooler's connection, while ours may be another.
    boolean on = state.is(0) || mode.equals("require") || mode.startsWith("verify-");
    String name = state.is(0) ? state.text(1) + " " + state.text(2) : "TLS";
    if (patient.isLocal()) {
      findings.ok(TLS, (on ? name : "no TLS") + ", on this machine alone");
    } else if (!on) {
      findings.warning(
          TLS,
          "no TLS: hashes, keys and passwords travel in clear",
          "add sslmode=verify-full and sslrootcert=… to DATABASE_URL");
    } else if (mode.equals("verify-full")) {
      findings.ok(TLS, name + ", certificate and host name verified");
    } else if (parameter(url, "channel_binding").equals("require")
        || parameter(url, "channelBinding").equals("require")) {
      findings.ok(TLS, name + ", bound to the login (channel_binding=require)");
    } else {
      boolean certificate = mode.equals("verify-ca") || !parameter(url, "sslrootcert").isEmpty();
      findings.warning(
          TLS,
          certificate
              ? name + ", but the server's name is not verified"
              : name + ", but the server is not verified: somebody in between can read along",
          "use sslmode=verify-full with sslrootcert=…, or add channel_binding=require");
    }
  }

  /** The last value of a parameter, as both forms of the URL have them behind the question mark. */
  private static String parameter(String url, String name) {
    Matcher found = Pattern.compile("[?&]" + name + "=([^&]*)").matcher(url);
    String value = "";
    while (found.find()) value = found.group(1);
    // The URL was accepted before, so it decodes.
    return URLDecoder.decode(value.replace("+", "%2B"), UTF_8);
  }
}
