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
 * Where the server listens, whom it lets in, and where a proxy serves it: as was set by name, else
 * as the environment says.
 *
 * @param address the address and port; port 0 for any that is free
 * @param access the rule
 * @param urls the proxy's addresses
 * @param byName which of them were set by name
 */
record ServerSettings(
    InetSocketAddress address, AdminAccess access, PublicUrls urls, ByName byName) {
  static final String PORT = "PORT";
  static final String BIND_ADDRESS = "VIBEE_BIND_ADDRESS";

  private static final String NO_ADDRESS =
      " is not an address of this machine: write one such as 127.0.0.1 or 0.0.0.0";

  private static final Logger log = LoggerFactory.getLogger(ServerSettings.class);

  /** What was set by name, so that its variable is not read; null for all else. */
  record ByName(
      @Nullable Integer port,
      @Nullable InetAddress address,
      @Nullable AdminAccess access,
      @Nullable PublicUrls urls) {
    InetAddress address(Map<String, String> environment) {
      return address != null ? address : ServerSettings.address(Environment.of(environment));
    }

    PublicUrls urls(Map<String, String> environment) {
      return urls != null ? urls : PublicUrls.fromEnvironment(environment);
    }

    AdminAccess access(Map<String, String> environment) {
      return access != null ? access : AdminAccess.fromEnvironment(environment);
    }

    int port(Map<String, String> environment) {
      if (port == null) return ServerSettings.port(Environment.of(environment));
      if (port >= 0 && port <= 65_535) return port;
      throw new MisconfiguredException(
          "the port must be a number from 0 to 65535; 0 takes any port that is free");
    }
  }

  /** Reads all variables. */
  static ServerSettings from(Map<String, String> environment) {
    return from(environment, new ByName(null, null, null, null));
  }

  /**
   * Reads the variables, except those of what was set by name; an empty one counts as not set.
   *
   * @throws MisconfiguredException if something is malformed, or would open the API to others
   *     without a token that is worth the name; names all that is
   */
  static ServerSettings from(Map<String, String> environment, ByName byName) {
    MisconfiguredException.checkAll(
        () -> byName.address(environment),
        () -> byName.urls(environment),
        () -> byName.access(environment),
        () -> byName.port(environment),
        () -> requireTokenForOthers(environment, byName));
    return new ServerSettings(
        new InetSocketAddress(byName.address(environment), byName.port(environment)),
        byName.access(environment),
        byName.urls(environment),
        byName);
  }

  /** Checks only what is well-formed; the rest is reported elsewhere. */
  private static void requireTokenForOthers(Map<String, String> environment, ByName byName) {
    @Nullable String way;
    AdminAccess access;
    try {
      way = wayOfOthers(environment, byName);
      access = byName.access(environment);
    } catch (MisconfiguredException e) {
      return;
    }
    if (way != null) access.requireGoodToken(way, byName.access() == null);
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
  private static @Nullable String wayOfOthers(Map<String, String> environment, ByName byName) {
    if (!byName.address(environment).isLoopbackAddress()) {
      return addressName(byName) + " is reachable from other machines";
    }
    if (byName.urls(environment).proxies().isEmpty()) return null;
    String name = byName.urls() == null ? PublicUrls.VARIABLE : "the public URL that was set";
    return name + " lets in whoever reaches the proxy";
  }

  private static String addressName(ByName byName) {
    return byName.address() == null ? BIND_ADDRESS : "the address that was set";
  }

  private static InetAddress address(Environment variables) {
    // An empty name would resolve to loopback too, but not to the same one everywhere.
    String name = variables.find(BIND_ADDRESS).orElse("127.0.0.1");
    try {
      if (name.equals(name.strip())) return InetAddress.getByName(name);
    } catch (UnknownHostException e) {
      // Reported below, with what to do about it.
    }
    throw new MisconfiguredException(BIND_ADDRESS + NO_ADDRESS);
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
    if (!isOfThisMachine(address.getAddress())) return addressName(byName) + NO_ADDRESS;
    boolean variable = byName.port() == null;
    String port = (variable ? PORT : "port") + " " + address.getPort();
    String remedy = variable ? "set PORT to another one" : "set another port";
    return address.getPort() < 1024 && address.getPort() > 0
        ? port + " is taken, or needs rights that this process lacks: " + remedy
        : port + " is taken: another agent may be running; stop it, or " + remedy;
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
