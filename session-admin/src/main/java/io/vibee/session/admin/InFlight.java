package io.vibee.session.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Duration;

/** Counts the requests in work, so that a server can end when there is none. */
final class InFlight implements HttpHandler {
  private final HttpHandler handler;
  private int running;
  private boolean closing;

  InFlight(HttpHandler handler) {
    this.handler = handler;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (!begin()) {
      // The connection ends without an answer, which a client may repeat elsewhere.
      exchange.close();
      return;
    }
    try {
      handler.handle(exchange);
    } finally {
      end();
    }
  }

  private synchronized boolean begin() {
    if (closing) return false;
    running++;
    return true;
  }

  private synchronized void end() {
    running--;
    notifyAll();
  }

  /** Lets no more in, and waits until there is none, or for so long. */
  synchronized void awaitNone(Duration patience) {
    closing = true;
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (running > 0) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) return;
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
