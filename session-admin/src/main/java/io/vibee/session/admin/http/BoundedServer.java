package io.vibee.session.admin.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/**
 * Runs the JDK's server with bounds on what its clients can hold: {@link Workers} cut off those who
 * stall, and system properties bound headers and connections, if {@link #setDefaults} was called
 * before. Thread-safe.
 */
public final class BoundedServer implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final int BACKLOG = 256;

  /** Seconds, whatever the JDK's documentation says. */
  private static final String REQUEST_SECONDS = "4";

  private static final Map<String, String> DEFAULTS =
      Map.of(
          // Cuts a connection that sends nothing at all, too; the threads' own watch cannot.
          "sun.net.httpserver.maxReqTime", REQUEST_SECONDS,
          // How often it looks for such a connection, in milliseconds.
          "sun.net.httpserver.clockTick", "500",
          "sun.net.httpserver.maxReqHeaders", "100",
          "sun.net.httpserver.maxReqHeaderSize", "32768",
          "jdk.httpserver.maxConnections", "2000",
          // Header and body are two packets: without this the second may wait for 40 ms.
          "sun.net.httpserver.nodelay", "true");

  private final HttpServer server;
  private final Workers workers;
  private final InFlight inFlight;

  private BoundedServer(HttpServer server, Workers workers, InFlight inFlight) {
    this.server = server;
    this.workers = workers;
    this.inFlight = inFlight;
  }

  /**
   * Starts a server that gives all requests to this handler.
   *
   * @param address the address and port; port 0 for any that is free
   * @param handler what answers them
   * @return the server, which already accepts requests
   * @throws java.net.BindException if the address is not this machine's, or the port is taken
   * @throws IOException if the server cannot be made for another reason
   */
  public static BoundedServer start(InetSocketAddress address, HttpHandler handler)
      throws IOException {
    HttpServer server = HttpServer.create(address, BACKLOG);
    Workers workers = new Workers();
    InFlight inFlight = new InFlight(handler);
    server.createContext("/", inFlight);
    server.setExecutor(workers);
    server.start();
    return new BoundedServer(server, workers, inFlight);
  }

  /**
   * Sets the system properties that the JDK's server reads when its classes are first used in a
   * process, and never again. Those that are set already stay.
   */
  public static void setDefaults() {
    DEFAULTS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) System.setProperty(name, value);
        });
  }

  /**
   * Returns where the server listens.
   *
   * @return the address and port
   */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /**
   * Refuses new requests, gives running ones up to 2 seconds, and closes all connections. Further
   * calls do nothing.
   */
  @Override
  public void close() {
    inFlight.awaitNone(CLOSING);
    server.stop(0);
    workers.close();
  }

  /** Counts the requests being handled, so that the server can stop when there are none. */
  private static final class InFlight implements HttpHandler {
    private final HttpHandler handler;
    private int running;
    private boolean closing;

    InFlight(HttpHandler handler) {
      this.handler = handler;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
      if (!begin()) {
        // The connection ends without a response, so the client may repeat the request elsewhere.
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

    /** Lets no more in, and waits at most this long until there are none. */
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
}
