package io.vibee.session.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.admin.http.ExchangeHandler;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The API and page to manage sessions, for an agent that has an {@link
 * com.sun.net.httpserver.HttpServer} of its own: {@code server.createContext("/vibee/", handler)},
 * at any path.
 *
 * <p>Every request is answered, and by its rules alone: {@link AdminAccess} says who may use it;
 * over a loopback address only the names {@code localhost}, {@code 127.0.0.1} and {@code [::1]} are
 * served, and those of {@link PublicUrls}; requests that a browser sends for another origin's page
 * are refused; bodies, JSON and parameters are bounded. Answers never hold an {@code api_hash}.
 * Changes are logged in the name of the token's holder. {@code /openapi.json} describes the rest.
 *
 * <p>What only the server can do is left to it: give it an executor of more than one thread, and
 * set the system properties {@code sun.net.httpserver.maxReqTime} and {@code maxRspTime} (both in
 * seconds), so that stalled connections are cut. {@link AdminServer} does all that.
 *
 * <p>Safe for threads. Holds no connection and needs no closing; the store stays the caller's.
 */
public final class AdminHandler implements HttpHandler {
  private final AdminApi api;
  private final ExchangeHandler exchanges;
  private final Background background = new Background();

  private AdminHandler(Builder options) {
    api =
        new AdminApi(
            options.store, options.access, options.listener, Clock.systemUTC(), background);
    exchanges = new ExchangeHandler(api::handle, options.urls.proxies(), background::later);
  }

  /**
   * Starts a handler that lets in by {@link AdminAccess#local()}.
   *
   * @param store where the sessions are
   * @return a builder
   */
  public static Builder over(ManagedSessionStore store) {
    return new Builder(store);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    exchanges.handle(exchange);
  }

  /** Ends its threads at once; without this, they end when they have nothing to do. */
  void stop() {
    background.close();
  }

  AdminApi api() {
    return api;
  }

  /** Sets what an {@link AdminHandler} needs. Not safe for threads. */
  public static final class Builder {
    private final ManagedSessionStore store;
    private AdminAccess access = AdminAccess.local();
    private PublicUrls urls = PublicUrls.none();
    private Consumer<? super SessionChange> listener = change -> {};

    private Builder(ManagedSessionStore store) {
      this.store = Objects.requireNonNull(store, "store");
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
     * Sets at which addresses a proxy serves the API; {@link PublicUrls#none()} unless set.
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
     * listener throws is logged and changes nothing. It is told of every call that succeeds, also
     * of one that found all values stored already: that may repeat a call whose answer was lost,
     * and of which nobody was told.
     *
     * @param value the listener
     * @return this builder
     */
    public Builder onChange(Consumer<? super SessionChange> value) {
      listener = Objects.requireNonNull(value, "listener");
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
      if (!urls.proxies().isEmpty()) access.requireGoodToken("there is a public URL");
      return new AdminHandler(this);
    }
  }
}
