package io.vibee.session.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Sends responses, some of them later, without a thread that waits. */
final class ResponseWriter {
  /** How many may wait at a time: each holds a connection. */
  private static final int DELAYED = 64;

  private static final int BLOCK = 16 * 1024;

  private final Background background;
  private final Semaphore places = new Semaphore(DELAYED);

  ResponseWriter(Background background) {
    this.background = background;
  }

  void send(HttpExchange exchange, Response response) throws IOException {
    if (response.delay().isZero()) {
      write(exchange, response);
    } else if (places.tryAcquire()) {
      background.later(response.delay(), () -> hand(exchange, response));
    } else {
      write(exchange, tooMany(response));
    }
  }

  private static Response tooMany(Response response) {
    return Problem.of(429, "too many wrong tokens")
        .with("Retry-After", Long.toString(Math.max(1, response.delay().toSeconds())))
        .response();
  }

  /** Back to a thread of the server: to end an exchange is to read what is left of its body. */
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
    Response secured = SecurityHeaders.on(response);
    Headers headers = exchange.getResponseHeaders();
    secured.headers().forEach(headers::set);
    if (endsConnection(exchange, response.status())) headers.set("Connection", "close");
    byte[] body = secured.body();
    boolean silent = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
    }
    WorkerThread.mayStall();
    exchange.sendResponseHeaders(response.status(), silent ? -1 : body.length);
    if (!silent) writeBody(exchange.getResponseBody(), body);
    exchange.close();
  }

  /** Rather than read the rest of a refused body, or go on after what was no request. */
  private static boolean endsConnection(HttpExchange exchange, int status) {
    Headers request = exchange.getRequestHeaders();
    boolean body =
        request.containsKey("Transfer-Encoding") || request.containsKey("Content-Length");
    return status == 400 || (status > 400 && body);
  }

  /** In blocks, so that a slow reader is told from one that does not read. */
  private static void writeBody(OutputStream body, byte[] bytes) throws IOException {
    // Closing sends what is buffered, and only then reads what is left of the request.
    try (body) {
      for (int from = 0; from < bytes.length; from += BLOCK) {
        body.write(bytes, from, Math.min(BLOCK, bytes.length - from));
        WorkerThread.mayStall();
      }
    }
  }
}
