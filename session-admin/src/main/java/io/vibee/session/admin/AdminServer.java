package io.vibee.session.admin;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.SessionStore;
import io.vibee.session.admin.http.BoundedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an {@link AdminHandler} on a JDK server of its own, for agents that have none.
 *
 * <p>Without a token it listens on a loopback address and nowhere else. A connection that stalls
 * while it sends a request or reads a response is cut off within 5 seconds, sooner when others
 * wait; up to 128 requests are handled at a time. All its threads are daemons.
 *
 * <p>The JDK's server reads its limits from system properties, once per process. {@link
 * Builder#start} sets those that are not set, unless {@link Builder#systemProperties} forbids it:
 * {@code sun.net.httpserver.maxReqTime} and {@code clockTick} (connections that send nothing),
 * {@code maxReqHeaders}, {@code maxReqHeaderSize}, {@code nodelay}, and {@code
 * jdk.httpserver.maxConnections}. They apply to every {@link com.sun.net.httpserver.HttpServer}
 * that the process creates later. If it created one before, the limits of that time stay, and this
 * server's connections that send nothing at all are closed after the JDK's 30 seconds. Set the
 * properties yourself to choose other limits.
 *
 * <p>Thread-safe.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

  private final BoundedServer server;
  private final AdminHandler handler;
  private final AtomicBoolean closed = new AtomicBoolean();

  private AdminServer(BoundedServer server, AdminHandler handler) {
    this.server = server;
    this.handler = handler;
  }

  /**
   * Returns a builder with the settings of an empty environment: port 8080 of 127.0.0.1, without a
   * token.
   *
   * @param store where the sessions are; it stays the caller's
   * @return a builder
   * @throws IllegalArgumentException if the store is not {@linkplain SessionStore#as also} a {@link
   *     ManagedSessionStore}
   */
  public static Builder over(SessionStore store) {
    return new Builder(AdminHandler.managed(store));
  }

  /**
   * Checks variables without starting anything, so that their faults can be reported together with
   * others.
   *
   * @param environment what {@link Builder#environment} would be given
   * @throws MisconfiguredException as {@link Builder#start} does for the variables
   */
  public static void check(Map<String, String> environment) {
    ServerSettings.from(environment);
  }

  /**
   * Returns the port.
   *
   * @return the one that was set, or the free one that was taken for 0
   */
  public int port() {
    return server.address().getPort();
  }

  /**
   * Returns the address.
   *
   * @return the address and port that the server listens on
   */
  public InetSocketAddress address() {
    return server.address();
  }

  /**
   * Stops the server: refuses new requests, gives running ones up to 2 seconds, and closes all
   * connections. Further calls do nothing.
   */
  @Override
  public void close() {
    server.close();
    handler.stop();
    if (!closed.getAndSet(true)) log.info("serves the admin API no more");
  }

  /** Starts an {@link AdminServer}. Not thread-safe. */
  public static final class Builder {
    private final ManagedSessionStore store;
    private Map<String, String> environment = Map.of();
    private @Nullable Integer port;
    private @Nullable InetAddress address;
    private @Nullable AdminAccess access;
    private @Nullable PublicUrls urls;
    private Consumer<? super SessionChange> listener = change -> {};
    private @Nullable BooleanSupplier agent;
    private boolean systemProperties = true;

    private Builder(ManagedSessionStore store) {
      this.store = store;
    }

    /**
     * Sets the variables: {@code PORT} (8080; 0 takes any that is free), {@code VIBEE_BIND_ADDRESS}
     * (127.0.0.1), {@code VIBEE_PUBLIC_URL} (see {@link PublicUrls}), and those of {@link
     * AdminAccess#fromEnvironment}. A variable is not read if what it says is set by its own
     * method.
     *
     * @param value the variables, such as {@link System#getenv()}
     * @return this builder
     */
    public Builder environment(Map<String, String> value) {
      environment = Map.copyOf(value);
      return this;
    }

    /**
     * Sets the port, in place of {@code PORT}.
     *
     * @param value 0 to 65535; 0 takes any that is free
     * @return this builder
     */
    public Builder port(int value) {
      port = value;
      return this;
    }

    /**
     * Sets the address to listen on, in place of {@code VIBEE_BIND_ADDRESS}.
     *
     * @param value an address of this machine; one that is not a loopback address needs a token
     * @return this builder
     */
    public Builder address(InetAddress value) {
      address = Objects.requireNonNull(value, "address");
      return this;
    }

    /**
     * Sets who may use the API, in place of {@code VIBEE_API_KEY} and its like.
     *
     * @param value the rule
     * @return this builder
     */
    public Builder access(AdminAccess value) {
      access = Objects.requireNonNull(value, "access");
      return this;
    }

    /**
     * Sets the addresses at which a proxy serves the API, in place of {@code VIBEE_PUBLIC_URL}.
     *
     * @param value the addresses, which need a token
     * @return this builder
     */
    public Builder publicUrls(PublicUrls value) {
      urls = Objects.requireNonNull(value, "publicUrls");
      return this;
    }

    /**
     * Sets whether the server may set the system properties that {@link AdminServer} names, which
     * every other {@link com.sun.net.httpserver.HttpServer} of the process gets too; true unless
     * set.
     *
     * <p>If false, none is set, and the JDK's own limits are in force: connections that send
     * nothing are closed after 30 to 40 seconds, clients can open as many as the process has file
     * descriptors, headers may be larger, and the second packet of a response may come 40 ms late.
     * Requests and responses that stall are cut off as ever.
     *
     * @param value whether it may
     * @return this builder
     */
    public Builder systemProperties(boolean value) {
      systemProperties = value;
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
     * Sets whether the agent can do its work, see {@link AdminHandler.Builder#readyIf}.
     *
     * @param value such as {@code SessionAgent::isReady} of the agent
     * @return this builder
     */
    public Builder readyIf(BooleanSupplier value) {
      agent = Objects.requireNonNull(value, "readyIf");
      return this;
    }

    /**
     * Starts the server.
     *
     * @return the server, which already accepts requests
     * @throws MisconfiguredException if settings or variables are malformed, the port is taken, or
     *     there is no good token and other machines can reach the address or a proxy in front;
     *     names each
     */
    public AdminServer start() {
      ServerSettings settings =
          ServerSettings.from(environment, new ServerSettings.ByName(port, address, access, urls));
      settings.warnOfGuessableTokens();
      AdminHandler.Builder served =
          AdminHandler.over(store)
              .access(settings.access())
              .publicUrls(settings.urls())
              .onChange(listener);
      if (agent != null) served.readyIf(agent);
      AdminHandler handler = served.build();
      if (systemProperties) BoundedServer.setDefaults();
      BoundedServer server = listen(settings, handler);
      log.info("serves the admin API on {}", server.address());
      return new AdminServer(server, handler);
    }

    private static BoundedServer listen(ServerSettings settings, AdminHandler handler) {
      try {
        return BoundedServer.start(settings.address(), handler);
      } catch (BindException e) {
        throw new MisconfiguredException(settings.whyNotBound());
      } catch (IOException e) {
        throw new UncheckedIOException("the server cannot be made", e);
      }
    }
  }
}
