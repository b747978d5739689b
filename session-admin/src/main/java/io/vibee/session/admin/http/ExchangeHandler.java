package io.vibee.session.admin.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Turns each exchange of the JDK's server into a request, refuses what a browser was talked into,
 * and sends its service's response. Some are sent later, without a thread that waits; all tell a
 * browser to keep nothing, frame nothing, and load nothing from elsewhere. Thread-safe.
 */
public final class ExchangeHandler implements HttpHandler {
  /** How many responses may be delayed at a time: each holds a connection. */
  private static final int DELAYED = 64;

  private static final int BLOCK = 16 * 1024;

  private static final String NOTHING =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
  private static final String PAGE =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> ALWAYS = new LinkedHashMap<>();

  static {
    ALWAYS.put("Cache-Control", "no-store");
    ALWAYS.put("X-Content-Type-Options", "nosniff");
    ALWAYS.put("X-Frame-Options", "DENY");
    ALWAYS.put("Referrer-Policy", "no-referrer");
    ALWAYS.put("Cross-Origin-Opener-Policy", "same-origin");
    ALWAYS.put("Cross-Origin-Resource-Policy", "same-origin");
  }

  private final Service service;
  private final ProxyUrls urls;
  private final RequestGuard guard;
  private final Timer timer;
  private final Semaphore places = new Semaphore(DELAYED);

  /** What answers requests. */
  @FunctionalInterface
  public interface Service {
    /**
     * Answers a request.
     *
     * @param request what was sent
     * @return the response
     * @throws Problem if that is the response
     * @throws IOException if the client did not send all of it; nothing is answered
     */
    Response handle(Request request) throws IOException;
  }

  /** What does something later. */
  @FunctionalInterface
  public interface Timer {
    /**
     * Runs a task after this time, and does not wait for it.
     *
     * @param time how long from now
     * @param task what is quick, since all tasks share a thread
     */
    void later(Duration time, Runnable task);
  }

  /**
   * Makes a handler.
   *
   * @param service what answers the requests
   * @param urls where proxies serve it
   * @param timer what sends delayed responses
   */
  public ExchangeHandler(Service service, ProxyUrls urls, Timer timer) {
    this.service = service;
    this.urls = urls;
    this.timer = timer;
    guard = new RequestGuard(urls);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try {
      send(exchange, respond(exchange));
    } catch (IOException | RuntimeException | Error e) {
      exchange.close(); // also when memory or a class is missing: it would stay open for ever
      throw e;
    }
  }

  private Response respond(HttpExchange exchange) throws IOException {
    Workers.works();
    try {
      Request request = Request.of(exchange, urls);
      // A page's own links are relative to a path that ends in a slash.
      if (request.path().isEmpty()) {
        return Response.empty(308).with("Location", request.mount() + "/");
      }
      guard.check(request);
      return service.handle(request);
    } catch (Problem e) {
      return e.response();
    }
  }

  private void send(HttpExchange exchange, Response response) throws IOException {
    if (response.delay().isZero()) {
      write(exchange, response);
    } else if (places.tryAcquire()) {
      timer.later(response.delay(), () -> hand(exchange, response));
    } else {
      write(exchange, tooMany(response));
    }
  }

  private static Response tooMany(Response response) {
    return Problem.of(429, "too many wrong tokens")
        .with("Retry-After", Long.toString(Math.max(1, response.delay().toSeconds())))
        .response();
  }

  /** Goes back to a thread of the server: ending an exchange reads what is left of its body. */
  private void hand(HttpExchange exchange, Response response) {
    places.release();
    @Nullable Executor server = exchange.getHttpContext().getServer().getExecutor();
    Runnable task = () -> writeQuietly(exchange, response);
    try {
      if (server == null) task.run();
      else server.execute(task);
    } catch (RejectedExecutionException e) {
      exchange.close();
    }
  }

  private static void writeQuietly(HttpExchange exchange, Response response) {
    try {
      write(exchange, response);
    } catch (IOException | RuntimeException e) {
      // The client went away; there is nobody to tell.
      exchange.close();
    }
  }

  private static void write(HttpExchange exchange, Response response) throws IOException {
    Response secured = secured(response);
    Headers headers = exchange.getResponseHeaders();
    secured.headers().forEach(headers::set);
    if (endsConnection(exchange, response.status())) headers.set("Connection", "close");
    byte[] body = secured.body();
    boolean silent = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
    }
    Workers.mayStall();
    exchange.sendResponseHeaders(response.status(), silent ? -1 : body.length);
    if (!silent) writeBody(exchange.getResponseBody(), body);
    exchange.close();
  }

  /**
   * Tells whether to close the connection rather than read the rest of a refused body, or go on
   * after what was no request.
   */
  private static boolean endsConnection(HttpExchange exchange, int status) {
    Headers request = exchange.getRequestHeaders();
    boolean body =
        request.containsKey("Transfer-Encoding") || request.containsKey("Content-Length");
    return status == 400 || (status > 400 && body);
  }

  /** Writes in blocks, so that a slow reader can be told from one that does not read. */
  private static void writeBody(OutputStream body, byte[] bytes) throws IOException {
    // Closing sends what is buffered, and only then reads what is left of the request.
    try (body) {
      for (int from = 0; from < bytes.length; from += BLOCK) {
        body.write(bytes, from, Math.min(BLOCK, bytes.length - from));
        Workers.mayStall();
      }
    }
  }

  private static Response secured(Response response) {
    boolean page = response.headers().getOrDefault("Content-Type", "").startsWith("text/html");
    Response secured = response.with("Content-Security-Policy", page ? PAGE : NOTHING);
    for (Map.Entry<String, String> header : ALWAYS.entrySet()) {
      secured = secured.with(header.getKey(), header.getValue());
    }
    return secured;
  }
}
