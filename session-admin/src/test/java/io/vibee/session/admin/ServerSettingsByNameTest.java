package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Settings that a program makes itself, beside variables or without any. */
class ServerSettingsByNameTest {
  private static final AdminAccess TOKEN =
      AdminAccess.tokens(Map.of("ops", Secret.of("made-up-token-0001")));
  private static final AdminAccess SHORT =
      AdminAccess.tokens(Map.of("ops", Secret.of("short-token")));
  private static final PublicUrls URLS = PublicUrls.of("https://agents.example.com");

  /** Is not asked anything here. */
  private static final JdbcSessionStore STORE =
      JdbcSessionStore.open("postgresql://u@localhost:1/none");

  @AfterAll
  static void close() {
    STORE.close();
  }

  private static AdminServer.Builder server() {
    return AdminServer.over(STORE).port(0);
  }

  private static InetAddress address(String address) throws UnknownHostException {
    return InetAddress.getByName(address);
  }

  private static void refuses(AdminServer.Builder server, String... says) {
    assertThatThrownBy(server::start)
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageContainingAll(says)
        .message()
        .doesNotContain("made-up", "short-token");
  }

  @Test
  void needsNoVariables() {
    try (AdminServer server = server().start()) {
      assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
      assertThat(server.port()).isPositive();
    }
  }

  @Test
  void winsOverVariables() throws UnknownHostException {
    Map<String, String> variables =
        Map.of(
            "PORT", "off",
            "VIBEE_BIND_ADDRESS", "no such host",
            "VIBEE_API_KEY", "tok en",
            "VIBEE_PUBLIC_URL", "none");
    try (AdminServer server =
        server()
            .environment(variables)
            .address(address("0.0.0.0"))
            .access(TOKEN)
            .publicUrls(PublicUrls.none())
            .start()) {
      assertThat(server.address().getAddress().isAnyLocalAddress()).isTrue();
      assertThat(list(server, "localhost:" + server.port(), "")).startsWith("HTTP/1.1 401 ");
    }
    refuses(
        server().environment(variables),
        "3 settings are wrong",
        "VIBEE_BIND_ADDRESS",
        "VIBEE_API_KEY",
        "VIBEE_PUBLIC_URL");
  }

  @Test
  void letsInWhomTheAccessNames() {
    try (AdminServer server = server().access(TOKEN).publicUrls(URLS).start()) {
      String host = "agents.example.com";
      assertThat(list(server, host, "")).startsWith("HTTP/1.1 401 ");
      assertThat(list(server, host, "Authorization: Bearer made-up-token-0001\r\n"))
          .startsWith("HTTP/1.1 503 ");
    }
  }

  private static String list(AdminServer server, String host, String header) {
    return RawHttp.exchange(
        server.port(),
        "GET /api/v1/sessions HTTP/1.1\r\nHost: "
            + host
            + "\r\n"
            + header
            + "Connection: close\r\n\r\n");
  }

  @Test
  void withoutAGoodTokenItServesThisMachineOnly() throws UnknownHostException {
    String reachable = "the address that was set is reachable from other machines, and ";
    refuses(
        server().address(address("0.0.0.0")), reachable + "there is no token: set VIBEE_API_KEY");
    refuses(
        server().address(address("::")).access(AdminAccess.local()),
        reachable + "there is no token: set an access with tokens");
    refuses(
        server().address(address("192.0.2.1")).access(SHORT), reachable + "a token is too short");
    refuses(
        server().environment(Map.of("VIBEE_BIND_ADDRESS", "0.0.0.0")).access(SHORT),
        "VIBEE_BIND_ADDRESS is reachable from other machines, and a token is too short");
    refuses(
        server().address(address("0.0.0.0")).environment(Map.of("VIBEE_API_KEY", "short-token")),
        reachable + "VIBEE_API_KEY or a named token is too short");
    refuses(
        server().publicUrls(URLS),
        "the public URL that was set lets in whoever reaches the proxy, and there is no token");
    refuses(server().publicUrls(URLS).access(SHORT), "whoever reaches the proxy", "too short");
  }

  @Test
  void saysAllFaultsAtOnce() throws UnknownHostException {
    refuses(
        server()
            .port(65_536)
            .address(address("0.0.0.0"))
            .environment(Map.of("PORT", "0", "VIBEE_PUBLIC_URL", "ftp://x")),
        "3 settings are wrong",
        "the port must be a number from 0 to 65535",
        "the address that was set is reachable",
        "VIBEE_PUBLIC_URL");
    refuses(
        server().port(-1).address(address("0.0.0.0")),
        "2 settings are wrong",
        "the port must be",
        "the address that was set is reachable");
  }

  @Test
  void saysThatThePortIsTaken() throws UnknownHostException {
    try (AdminServer first = server().start()) {
      refuses(
          server().port(first.port()), "port " + first.port() + " is taken", "or set another port");
    }
    refuses(
        server().address(address("192.0.2.1")).access(TOKEN),
        "the address that was set is not an address of this machine");
  }

  @Test
  void refusesAStoreThatCannotBeManaged() {
    SessionStore plain =
        (SessionStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SessionStore.class},
                (proxy, method, arguments) -> java.util.Optional.empty());
    assertThatThrownBy(() -> AdminServer.over(plain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("lists and edits sessions", "no ManagedSessionStore");
    assertThatThrownBy(() -> AdminHandler.over(plain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no ManagedSessionStore");
  }

  @Test
  void managesAStoreInsideAnother() {
    SessionStore wrapping =
        (SessionStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SessionStore.class},
                (proxy, method, arguments) -> STORE.as((Class<?>) arguments[0]));
    try (AdminServer server = AdminServer.over(wrapping).port(0).start()) {
      assertThat(server.port()).isPositive();
    }
  }
}
