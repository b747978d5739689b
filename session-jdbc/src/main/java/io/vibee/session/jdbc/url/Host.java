package io.vibee.session.jdbc.url;

import static io.vibee.session.jdbc.url.UrlProblem.malformed;
import static io.vibee.session.jdbc.url.UrlProblem.problem;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A server to try: a name or an address, and a port.
 *
 * <p>Only proper host names are accepted. Anything else is mostly the end of a password with an
 * {@code @} in it, which the driver would log and put into its exceptions.
 */
record Host(String name, int port) {
  private static final String DEFAULT_NAME = "localhost";
  private static final int DEFAULT_PORT = 5432;
  private static final int GREATEST_PORT = 65_535;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern IPV6 =
      Pattern.compile("([0-9A-Fa-f:.]{2,45})(?:%[A-Za-z0-9._-]{1,32})?");

  Host {
    if (name.isEmpty()) name = DEFAULT_NAME;
    if (name.startsWith("/") || name.startsWith("@")) {
      throw malformed("a Unix-domain socket cannot be honoured: name a host to reach over TCP");
    }
    if (name.contains(":") ? !isIpv6(name) : !NAME.matcher(name).matches()) {
      throw malformed("a host is neither a host name nor an IP address");
    }
    if (port < 1 || port > GREATEST_PORT) throw badPort();
  }

  /**
   * Pairs names with ports, as libpq does: one port serves every host, otherwise there must be as
   * many; an empty one is the default.
   */
  static List<Host> pair(String names, String ports) {
    String[] name = names.split(",", -1);
    String[] port = ports.split(",", -1);
    if (port.length != 1 && port.length != name.length) {
      throw problem("give one port for all hosts, or as many ports as there are hosts");
    }
    var hosts = new ArrayList<Host>(name.length);
    for (int i = 0; i < name.length; i++) {
      hosts.add(new Host(name[i], port(port.length == 1 ? port[0] : port[i])));
    }
    return List.copyOf(hosts);
  }

  private static int port(String text) {
    if (text.isEmpty()) return DEFAULT_PORT;
    Integer number = UrlText.number(text);
    if (number == null) throw badPort();
    return number;
  }

  private static RuntimeException badPort() {
    return malformed("a port is not a number from 1 to " + GREATEST_PORT);
  }

  private static boolean isIpv6(String name) {
    var address = IPV6.matcher(name);
    if (!address.matches()) return false;
    try {
      // In brackets it is never looked up; the zone is left out, since this machine need not have
      // it.
      return InetAddress.getByName("[" + address.group(1) + "]").getAddress().length > 0;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Returns the form that URLs and the driver want, with an IPv6 address in brackets. */
  @Override
  public String toString() {
    return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
  }
}
