package io.vibee.session.admin;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the server listens, whom it lets in, and where a proxy serves it, as the environment says.
 *
 * @param address the address and port; port 0 for any that is free
 * @param access the rule
 * @param urls the proxy's addresses
 */
record ServerSettings(InetSocketAddress address, AdminAccess access, PublicUrls urls) {
  static final String PORT = "PORT";
  static final String BIND_ADDRESS = "VIBEE_BIND_ADDRESS";

  private static final String NO_ADDRESS =
      BIND_ADDRESS + " is not an address of this machine: write one such as 127.0.0.1 or 0.0.0.0";

  private static final Logger log = LoggerFactory.getLogger(ServerSettings.class);

  /**
   * Reads the variables; an empty one counts as not set.
   *
   * @throws MisconfiguredException if some are malformed, or would open the API to others without a
   *     token that is worth the name; names all that are
   */
  static ServerSettings from(Map<String, String> environment) {
    Environment variables = Environment.of(environment);
    MisconfiguredException.checkAll(
        () -> address(variables),
        () -> PublicUrls.fromEnvironment(environment),
        () -> AdminAccess.fromEnvironment(environment),
        () -> port(variables),
        () -> requireTokenForOthers(variables, environment));
    InetAddress address = address(variables);
    PublicUrls urls = PublicUrls.fromEnvironment(environment);
    AdminAccess access = AdminAccess.fromEnvironment(environment);
    return new ServerSettings(new InetSocketAddress(address, port(variables)), access, urls);
  }

  /** Checks only what is well-formed; the rest is reported elsewhere. */
  private static void requireTokenForOthers(
      Environment variables, Map<String, String> environment) {
    @Nullable String way;
    AdminAccess access;
    try {
      way = wayOfOthers(address(variables), PublicUrls.fromEnvironment(environment));
      access = AdminAccess.fromEnvironment(environment);
    } catch (MisconfiguredException e) {
      return;
    }
    if (way != null) access.requireGoodToken(way);
  }

  void warnOfGuessableTokens() {
    if (access.isGuessable()) {
      log.warn(
          "a token of the admin API has fewer than {} characters and could be guessed: use a longer"
              + " one",
          AdminAccess.SAFE_LENGTH);
    }
  }

  /** Returns what lets others than this machine's users in; null if nothing does. */
  private static @Nullable String wayOfOthers(InetAddress address, PublicUrls urls) {
    if (!address.isLoopbackAddress()) return BIND_ADDRESS + " is reachable from other machines";
    return urls.proxies().isEmpty()
        ? null
        : PublicUrls.VARIABLE + " lets in whoever reaches the proxy";
  }

  private static InetAddress address(Environment variables) {
    // An empty name would resolve to loopback too, but not to the same one everywhere.
    String name = variables.find(BIND_ADDRESS).orElse("127.0.0.1");
    try {
      if (name.equals(name.strip())) return InetAddress.getByName(name);
    } catch (UnknownHostException e) {
      // Reported below, with what to do about it.
    }
    throw new MisconfiguredException(NO_ADDRESS);
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

  /** Returns the reason why the server could not be bound to the address. */
  String whyNotBound() {
    if (!isOfThisMachine(address.getAddress())) return NO_ADDRESS;
    String port = PORT + " " + address.getPort();
    return address.getPort() < 1024 && address.getPort() > 0
        ? port + " is taken, or needs rights that this process lacks: set PORT to another one"
        : port + " is taken: another agent may be running; stop it, or set PORT to another one";
  }

  private static boolean isOfThisMachine(InetAddress address) {
    try {
      return address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return true;
    }
  }
}
