package io.vibee.session.admin;

import java.util.Map;

/**
 * System properties that the JDK's server reads when its classes are first used in a process, and
 * never again. Those that are set already stay.
 */
final class JdkServerDefaults {
  /** Seconds, whatever the JDK's documentation says. */
  private static final String REQUEST_SECONDS = "4";

  private static final Map<String, String> DEFAULTS =
      Map.of(
          // Cuts a connection that sends nothing at all, too; the threads' own watch cannot.
          "sun.net.httpserver.maxReqTime", REQUEST_SECONDS,
          // How often it looks for such a connection, in milliseconds.
          "sun.net.httpserver.clockTick", "500",
          "sun.net.httpserver.maxReqHeaders", "100",
          "sun.net.httpserver.maxReqHeaderSize", "32768",
          "jdk.httpserver.maxConnections", "2000",
          // Header and body are two packets: without this the second may wait for 40 ms.
          "sun.net.httpserver.nodelay", "true");

  private JdkServerDefaults() {}

  static void set() {
    DEFAULTS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) System.setProperty(name, value);
        });
  }
}
