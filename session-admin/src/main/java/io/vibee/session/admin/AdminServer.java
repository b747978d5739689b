package io.vibee.session.admin;

import com.sun.net.httpserver.HttpServer;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.MisconfiguredException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link AdminHandler} on a server of its own, the JDK's, for agents that have none.
 *
 * <p>Without a token it listens on a loopback address and nowhere else. A connection that stalls,
 * while it sends a request or reads a response, is cut within 5 seconds, sooner when others wait;
 * 128 requests are in work at a time. All its threads are daemons.
 *
 * <p>The JDK's server reads its limits from system properties, once in a process. {@link
 * Builder#start} sets those that are not set: {@code sun.net.httpserver.maxReqTime} and {@code
 * clockTick} (connections that send nothing), {@code maxReqHeaders}, {@code maxReqHeaderSize},
 * {@code nodelay}, and {@code jdk.httpserver.maxConnections}. They hold for every {@link
 * HttpServer} of the process that is made later; one that was made before keeps its own, and this
 * server's connections that send nothing at all are then closed after the JDK's 30 seconds. Set
 * them yourself to choose others.
 *
 * <p>Safe for threads.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final int BACKLOG = 256;

  private final HttpServer server;
  private final Workers workers;
  private final AdminHandler handler;
  private final InFlight inFlight;
  private final AtomicBoolean closed = new AtomicBoolean();

  private AdminServer(HttpServer server, Workers workers, AdminHandler handler, InFlight inFlight) {
    this.handler = handler;
    this.server = server;
    this.workers = workers;
    this.inFlight = inFlight;
  }

  /**
   * Starts with the settings of an empty environment: port 8080 of 127.0.0.1, without a token.
   *
   * @param store where the sessions are; it stays the caller's
   * @return a builder
   */
  public static Builder over(ManagedSessionStore store) {
    return new Builder(store);
  }

  /**
   * Checks variables without starting anything, so that their faults can be told with others.
   *
   * @param environment what {@link Builder#environment} would be given
   * @throws MisconfiguredException as {@link Builder#start} does for the variables
   */
  public static void check(Map<String, String> environment) {
    ServerSettings.from(environment);
  }

  /**
   * The port.
   *
   * @return the one that was set, or that was free
   */
  public int port() {
    return server.getAddress().getPort();
  }

  /**
   * The address.
   *
   * @return the address and port that it listens on
   */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /**
   * Ends the server: refuses new requests, lets running ones take up to 2 seconds, and closes all
   * connections. Further calls do nothing.
   */
  @Override
  public void close() {
    inFlight.awaitNone(CLOSING);
    server.stop(0);
    workers.close();
    handler.stop();
    if (!closed.getAndSet(true)) log.info("serves the admin API no more");
  }

  /** Sets what an {@link AdminServer} needs. Not safe for threads. */
  public static final class Builder {
    private final ManagedSessionStore store;
    private Map<String, String> environment = Map.of();
    private Consumer<? super SessionChange> listener = change -> {};

    private Builder(ManagedSessionStore store) {
      this.store = Objects.requireNonNull(store, "store");
    }

    /**
     * Sets the variables: {@code PORT} (8080; 0 takes any that is free), {@code VIBEE_BIND_ADDRESS}
     * (127.0.0.1), {@code VIBEE_PUBLIC_URL} (see {@link PublicUrls}), and those of {@link
     * AdminAccess#fromEnvironment}.
     *
     * @param value the variables, such as {@link System#getenv()}
     * @return this builder
     */
    public Builder environment(Map<String, String> value) {
      environment = Map.copyOf(value);
      return this;
    }

    /**
     * Sets who is told of changes, see {@link AdminHandler.Builder#onChange}.
     *
     * @param value the listener
     * @return this builder
     */
    public Builder onChange(Consumer<? super SessionChange> value) {
      listener = Objects.requireNonNull(value, "listener");
      return this;
    }

    /**
     * Starts the server.
     *
     * @return the server, which takes requests by now
     * @throws MisconfiguredException if variables are malformed, the port is taken, or there is no
     *     good token and other machines can reach the address or a proxy in front; names each
     */
    public AdminServer start() {
      ServerSettings settings = ServerSettings.from(environment);
      settings.warnOfGuessableTokens();
      JdkServerDefaults.set();
      HttpServer server = listen(settings.address());
      Workers workers = new Workers();
      AdminHandler handler =
          AdminHandler.over(store)
              .access(settings.access())
              .publicUrls(settings.urls())
              .onChange(listener)
              .build();
      InFlight inFlight = new InFlight(handler);
      server.createContext("/", inFlight);
      server.setExecutor(workers);
      server.start();
      log.info("serves the admin API on {}", server.getAddress());
      return new AdminServer(server, workers, handler, inFlight);
    }

    private static HttpServer listen(InetSocketAddress address) {
      try {
        return HttpServer.create(address, BACKLOG);
      } catch (BindException e) {
        throw new MisconfiguredException(whyNot(address));
      } catch (IOException e) {
        throw new UncheckedIOException("the server cannot be made", e);
      }
    }

    private static String whyNot(InetSocketAddress address) {
      if (!isOfThisMachine(address.getAddress())) {
        return ServerSettings.BIND_ADDRESS
            + " is not an address of this machine: write one such as 127.0.0.1 or 0.0.0.0";
      }
      String port = "PORT " + address.getPort();
      return address.getPort() < 1024 && address.getPort() > 0
          ? port + " is taken, or needs rights that this process lacks: set PORT to another one"
          : port + " is taken: another agent may be running; stop it, or set PORT to another one";
    }

    private static boolean isOfThisMachine(InetAddress address) {
      try {
        return address.isAnyLocalAddress()
            || address.isLoopbackAddress()
            || NetworkInterface.getByInetAddress(address) != null;
      } catch (SocketException e) {
        return true;
      }
    }
  }
}
