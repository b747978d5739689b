package io.vibee.session.admin;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the server listens, and whom it lets in.
 *
 * @param address the address and port; port 0 for any that is free
 * @param access the rule
 */
record ServerSettings(InetSocketAddress address, AdminAccess access) {
  static final String PORT = "PORT";
  static final String BIND_ADDRESS = "VIBEE_BIND_ADDRESS";

  private static final Logger log = LoggerFactory.getLogger(ServerSettings.class);

  /**
   * Reads the variables; an empty one counts as not set.
   *
   * @throws MisconfiguredException if one is malformed, or would open the API to others without a
   *     token that is worth the name; names all that are
   */
  static ServerSettings from(Map<String, String> environment) {
    Environment variables = Environment.of(environment);
    MisconfiguredException.checkAll(
        () -> address(variables),
        () -> AdminAccess.fromEnvironment(environment),
        () -> port(variables));
    InetAddress address = address(variables);
    AdminAccess access = AdminAccess.fromEnvironment(environment);
    if (!address.isLoopbackAddress()) requireGoodToken(access);
    return new ServerSettings(new InetSocketAddress(address, port(variables)), access);
  }

  void warnOfGuessableTokens() {
    if (access.isGuessable()) {
      log.warn(
          "a token of the admin API has fewer than {} characters and could be guessed: use a longer"
              + " one",
          AdminAccess.SAFE_LENGTH);
    }
  }

  private static void requireGoodToken(AdminAccess access) {
    if (!access.needsToken()) {
      throw new MisconfiguredException(
          BIND_ADDRESS
              + " is reachable from other machines, and there is no token: set VIBEE_API_KEY, or"
              + " leave VIBEE_BIND_ADDRESS out to serve this machine only");
    }
    if (access.isGuessable()) {
      throw new MisconfiguredException(
          "VIBEE_API_KEY or a named token is too short for an address that other machines can"
              + " reach: use at least "
              + AdminAccess.SAFE_LENGTH
              + " characters");
    }
  }

  private static InetAddress address(Environment variables) {
    // An empty name would resolve to loopback too, but not to the same one everywhere.
    String name = variables.find(BIND_ADDRESS).orElse("127.0.0.1");
    try {
      if (name.equals(name.strip())) return InetAddress.getByName(name);
    } catch (UnknownHostException e) {
      // Told below, with what to do about it.
    }
    throw new MisconfiguredException(
        BIND_ADDRESS
            + " is not an address of this machine: write one such as 127.0.0.1 or 0.0.0.0");
  }

  private static int port(Environment variables) {
    String value = variables.find(PORT).orElse("8080");
    if (value.length() <= 5 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int port = Integer.parseInt(value);
      if (port <= 65_535) return port;
    }
    throw new MisconfiguredException(
        PORT
            + " must be a whole number from 0 to 65535; 0 takes any port that is free, as in PORT=8080");
  }
}
