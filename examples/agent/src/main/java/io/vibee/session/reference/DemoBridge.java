package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Stands in for the Telegram bridge: one session is logged in, and it knows no others. */
record DemoBridge(HttpServer server) implements AutoCloseable {

  static DemoBridge knowing(String sessionId) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/auth/status", exchange -> answer(exchange, sessionId));
    server.start();
    return new DemoBridge(server);
  }

  private static void answer(HttpExchange exchange, String known) throws IOException {
    String asked = exchange.getRequestHeaders().getFirst("X-Session-ID");
    byte[] body = answer(asked, known).getBytes(UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String answer(String asked, String known) {
    if (asked == null) return "{\"status\":\"ok\",\"sessions\":[],\"total_sessions\":0}";
    String status = asked.equals(known) ? "ok" : "not_found";
    return "{\"status\":\"%s\",\"session_id\":\"%s\",\"authorized\":%s}"
        .formatted(status, asked, asked.equals(known));
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
