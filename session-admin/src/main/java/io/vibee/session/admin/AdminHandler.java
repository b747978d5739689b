package io.vibee.session.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionStore;
import io.vibee.session.admin.http.ExchangeHandler;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves the API and page to manage sessions on an {@link com.sun.net.httpserver.HttpServer} that
 * the agent already has: {@code server.createContext("/vibee/", handler)}, at any path.
 *
 * <p>It answers every request, and by its own rules alone: {@link AdminAccess} says who may use it;
 * over a loopback address only the names {@code localhost}, {@code 127.0.0.1} and {@code [::1]} and
 * those of {@link PublicUrls} are served; requests that a browser sends for another origin's page
 * are refused; bodies, JSON and parameters are bounded. Responses never contain an {@code
 * api_hash}. Changes are logged in the name of the token's holder. {@code /openapi.json} describes
 * the rest.
 *
 * <p>What only the server can do is left to the agent: give it an executor of more than one thread,
 * and set the system properties {@code sun.net.httpserver.maxReqTime} and {@code maxRspTime} (both
 * in seconds), so that stalled connections are cut off. {@link AdminServer} does all of that.
 *
 * <p>Thread-safe. It holds no connections and needs no closing; the store remains the caller's.
 */
public final class AdminHandler implements HttpHandler {
  private final ExchangeHandler exchanges;
  private final Background background = new Background();

  private AdminHandler(Builder options) {
    AdminApi api =
        new AdminApi(
            options.store,
            options.access,
            options.listener,
            Clock.systemUTC(),
            background,
            new Health(options.store, background.health(), options.agent));
    exchanges = new ExchangeHandler(api::handle, options.urls.proxies(), background::later);
  }

  /**
   * Returns a builder of a handler whose rule is {@link AdminAccess#local()} until another is set.
   *
   * @param store where the sessions are
   * @return a builder
   * @throws IllegalArgumentException if the store is not {@linkplain SessionStore#as also} a {@link
   *     ManagedSessionStore}
   */
  public static Builder over(SessionStore store) {
    return new Builder(managed(store));
  }

  static ManagedSessionStore managed(SessionStore store) {
    return store
        .as(ManagedSessionStore.class)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the admin API lists and edits sessions, and this store cannot: it is no"
                        + " ManagedSessionStore; if it wraps one, let its method as(Class) pass the"
                        + " question on"));
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    exchanges.handle(exchange);
  }

  /** Ends the handler's threads at once; otherwise they end when they have nothing to do. */
  void stop() {
    background.close();
  }

  /** Builds an {@link AdminHandler}. Not thread-safe. */
  public static final class Builder {
    private final ManagedSessionStore store;
    private AdminAccess access = AdminAccess.local();
    private PublicUrls urls = PublicUrls.none();
    private Consumer<? super SessionChange> listener = change -> {};
    private @Nullable BooleanSupplier agent;

    private Builder(ManagedSessionStore store) {
      this.store = store;
    }

    /**
     * Sets who may use the API; {@link AdminAccess#local()} unless set.
     *
     * @param value the rule
     * @return this builder
     */
    public Builder access(AdminAccess value) {
      access = Objects.requireNonNull(value, "access");
      return this;
    }

    /**
     * Sets the addresses at which a proxy serves the API; {@link PublicUrls#none()} unless set.
     *
     * @param value the addresses
     * @return this builder
     */
    public Builder publicUrls(PublicUrls value) {
      urls = Objects.requireNonNull(value, "publicUrls");
      return this;
    }

    /**
     * Sets who is told of changes, after they are stored and on the request's thread. What the
     * listener throws is logged and changes nothing. It is told of every call that succeeds,
     * including one that found all values stored already: such a call may repeat one whose response
     * was lost and of which nobody was told.
     *
     * @param value the listener
     * @return this builder
     */
    public Builder onChange(Consumer<? super SessionChange> value) {
      listener = Objects.requireNonNull(value, "listener");
      return this;
    }

    /**
     * Sets whether the agent beside which this is served can do its work: {@code /health/ready}
     * then tells that as well as whether the database can be used, and {@code /health} the latter
     * alone.
     *
     * @param value such as {@code SessionAgent::isReady} of the agent; asked by each request, and
     *     has to answer at once
     * @return this builder
     */
    public Builder readyIf(BooleanSupplier value) {
      agent = Objects.requireNonNull(value, "readyIf");
      return this;
    }

    /**
     * Builds the handler.
     *
     * @return the handler
     * @throws io.vibee.session.MisconfiguredException if a proxy serves it, and there is no token
     *     or one that could be guessed: whoever reaches the proxy would be let in
     */
    public AdminHandler build() {
      if (!urls.proxies().isEmpty()) access.requireGoodToken("there is a public URL", true);
      return new AdminHandler(this);
    }
  }
}
