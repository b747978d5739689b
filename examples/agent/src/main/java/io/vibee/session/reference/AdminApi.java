package io.vibee.session.reference;

import io.vibee.session.SessionStore;
import io.vibee.session.admin.AdminServer;
import io.vibee.session.agent.SessionAgent;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The admin API and page of a running agent. */
record AdminApi(AdminServer server) implements AutoCloseable {
  private static final String PORT = "PORT";
  private static final String OFF = "off";

  /** Checks the settings that it would be started with. */
  static void check(Map<String, String> environment) {
    if (!isOff(environment)) AdminServer.check(environment);
  }

  private static boolean isOff(Map<String, String> environment) {
    return environment.getOrDefault(PORT, "").equals(OFF);
  }

  /**
   * Opens the port and serves; returns null if {@code PORT=off}.
   *
   * @param sessions is told of the changes made through it, and tells whether it is ready
   */
  static @Nullable AdminApi start(
      SessionStore store, Map<String, String> environment, SessionAgent sessions) {
    if (isOff(environment)) return null;
    return new AdminApi(
        AdminServer.over(store)
            .environment(environment)
            .onChange(change -> sessions.changed(change.session().userId()))
            .readyIf(sessions::isReady)
            .start());
  }

  /** Returns its address for a browser on this machine, with a slash at the end. */
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
