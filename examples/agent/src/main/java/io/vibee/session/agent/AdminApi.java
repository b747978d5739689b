package io.vibee.session.agent;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.admin.AdminServer;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The admin API and page of a running agent. */
record AdminApi(AdminServer server) implements AutoCloseable {
  private static final String PORT = "PORT";
  private static final String OFF = "off";

  /** Checks what it would be started with. */
  static void check(Map<String, String> environment) {
    if (!isOff(environment)) AdminServer.check(environment);
  }

  private static boolean isOff(Map<String, String> environment) {
    return environment.getOrDefault(PORT, "").equals(OFF);
  }

  /**
   * Takes the port and serves; null when {@code PORT=off}.
   *
   * @param changes follows what is changed through it
   */
  static @Nullable AdminApi start(
      ManagedSessionStore store, Map<String, String> environment, Changes changes) {
    if (isOff(environment)) return null;
    return new AdminApi(
        AdminServer.over(store)
            .environment(environment)
            .onChange(change -> changes.ofUser(change.session().userId()))
            .start());
  }

  /** Its address for a browser on this machine, with a slash at the end. */
  String url() {
    InetAddress address = server.address().getAddress();
    String host = address.getHostAddress();
    if (address.isAnyLocalAddress()) host = "localhost";
    else if (address instanceof Inet6Address) host = "[" + host + "]";
    return "http://" + host + ":" + server.port() + "/";
  }

  @Override
  public void close() {
    server.close();
  }
}
