package io.vibee.session.agent.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Acts as a Telegram bridge that behaves as a test says, over real sockets. */
public final class FakeBridge implements AutoCloseable {
  public enum Does {
    AUTHORIZE,
    NOT_AUTHORIZE,
    NOT_FOUND,
    ERROR,
    FAIL,
    HANG,
    TRICKLE,
    HUGE,
    NONSENSE,
    TWO_ANSWERS,
    NO_VERDICT,
    REDIRECT,
    BREAK,
    OTHER_SESSION
  }

  /** A request that it got, by its headers. */
  public record Asked(@Nullable String sessionId, @Nullable String authorization) {}

  public final Map<String, Does> sessions = new ConcurrentHashMap<>();

  /** Sessions that the list leaves out. */
  public final Set<String> unlisted = ConcurrentHashMap.newKeySet();

  public final List<Asked> asked = new CopyOnWriteArrayList<>();
  public final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private volatile @Nullable Does list;

  public FakeBridge() throws IOException {
    this(0);
  }

  public FakeBridge(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Sets what it does when asked for all; null lists them. */
  public void listDoes(@Nullable Does what) {
    list = what;
  }

  /** Sets what it does whatever it is asked. */
  public void doesAlways(Does what) {
    list = what;
    sessions.replaceAll((id, before) -> what);
  }

  public long timesAsked(String sessionId) {
    return asked.stream().filter(one -> sessionId.equals(one.sessionId())).count();
  }

  /** Whether no request is being answered. */
  public boolean isIdle() {
    return running.get() == 0;
  }

  private void answer(HttpExchange exchange) throws IOException {
    most.accumulateAndGet(running.incrementAndGet(), Math::max);
    try (exchange) {
      String id = exchange.getRequestHeaders().getFirst("X-Session-ID");
      asked.add(new Asked(id, exchange.getRequestHeaders().getFirst("Authorization")));
      if (!exchange.getRequestURI().getPath().endsWith("/api/v1/auth/status")) {
        send(exchange, 404, "{\"error\":\"no such path\"}");
      } else if (id == null && list == null) {
        send(exchange, 200, listed());
      } else if (id == null) {
        does(Objects.requireNonNull(list), exchange, "");
      } else {
        does(sessions.getOrDefault(id, Does.NOT_FOUND), exchange, id);
      }
    } finally {
      running.decrementAndGet();
    }
  }

  private String listed() {
    String all =
        sessions.entrySet().stream()
            .filter(session -> !unlisted.contains(session.getKey()))
            .map(
                session ->
                    "{\"session_id\":\"%s\",\"authorized\":%s}"
                        .formatted(session.getKey(), session.getValue() == Does.AUTHORIZE))
            .collect(Collectors.joining(","));
    return "{\"status\":\"ok\",\"sessions\":[" + all + "],\"total_sessions\":1}";
  }

  private void does(Does what, HttpExchange exchange, String id) throws IOException {
    switch (what) {
      case AUTHORIZE -> send(exchange, 200, verdict("ok", id, true));
      case NOT_AUTHORIZE -> send(exchange, 200, verdict("ok", id, false));
      case NOT_FOUND -> send(exchange, 200, verdict("not_found", id, false));
      case ERROR -> send(exchange, 429, "{\"error\":\"FLOOD_WAIT_made_up_secret\"}");
      case FAIL -> send(exchange, 500, "made_up_secret");
      case HANG -> awaitEnd(1, TimeUnit.HOURS);
      case TRICKLE -> trickle(exchange);
      case HUGE -> send(exchange, 200, "\"" + "x".repeat(64 << 10) + "\"");
      case NONSENSE -> send(exchange, 200, "<html>made_up_secret</html>");
      case TWO_ANSWERS -> send(exchange, 200, verdict("ok", id, true) + verdict("ok", id, false));
      case NO_VERDICT ->
          send(exchange, 200, "{\"status\":\"ok\",\"session_id\":\"%s\"}".formatted(id));
      case REDIRECT -> {
        exchange.getResponseHeaders().set("Location", url() + "/elsewhere");
        send(exchange, 302, "");
      }
      case BREAK -> {}
      case OTHER_SESSION -> send(exchange, 200, verdict("ok", "sess_of_another", true));
    }
  }

  private static String verdict(String status, String id, boolean authorized) {
    return "{\"status\":\"%s\",\"session_id\":\"%s\",\"authorized\":%s,\"message\":\"more\"}"
        .formatted(status, id, authorized);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void trickle(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    while (!awaitEnd(100, TimeUnit.MILLISECONDS)) {
      body.write(' ');
      body.flush();
    }
  }

  private boolean awaitEnd(long time, TimeUnit unit) {
    try {
      return over.await(time, unit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
