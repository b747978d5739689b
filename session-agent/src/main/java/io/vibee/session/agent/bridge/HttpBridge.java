package io.vibee.session.agent.bridge;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the Telegram bridge over HTTP: {@code GET …/api/v1/auth/status}. Each question is answered
 * or fails within five seconds, however slowly the bridge sends; no redirect is followed, and
 * nothing that it sends is repeated.
 *
 * <p>No more of an answer is kept than 64 KiB for one session, and for the list 64 KiB and 512
 * bytes for each session that is asked about. A longer list, such as that of a bridge with far more
 * sessions than the agent's, is refused, and sessions are asked about one by one. Thread-safe.
 */
public final class HttpBridge implements Bridge {
  private static final Logger log = LoggerFactory.getLogger(HttpBridge.class);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int ONE = 64 << 10;

  /** Bytes for one session of the list: the longest id, with some more text around it. */
  private static final int LISTED = 512;

  private static final int LIST = 64 << 20;

  private final BridgeSettings settings;
  private final Duration patience;
  private final HttpClient client;
  private final AtomicBoolean warned = new AtomicBoolean();

  /** Waits another time for an answer. */
  HttpBridge(BridgeSettings settings, Duration patience) {
    this.settings = settings;
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER) // a redirect would get the token
            .build();
  }

  /**
   * Creates a client of the bridge at {@code VIBEE_BRIDGE_URL}, with the token in {@code
   * VIBEE_API_KEY} if that is set. It connects at its first use.
   *
   * @param environment the variables, such as {@link System#getenv()}
   * @return the client; empty if {@code VIBEE_BRIDGE_URL} is not set
   * @throws MisconfiguredException if a variable is malformed; names each
   */
  public static Optional<HttpBridge> fromEnvironment(Map<String, String> environment) {
    return BridgeSettings.of(Environment.of(environment))
        .map(settings -> new HttpBridge(settings, ANSWER));
  }

  @Override
  public boolean isAuthorized(String sessionId) throws BridgeException, InterruptedException {
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(sessionId)) {
      throw new BridgeException("cannot be asked: the session's id does not fit into a header");
    }
    byte[] body = get(request().header("X-Session-ID", sessionId), ONE);
    return BridgeAnswers.ofSession(sessionId, body);
  }

  /** Asks for the list of all sessions; the number of those wanted bounds how long it may be. */
  @Override
  public Map<String, Boolean> list(Set<String> wanted)
      throws BridgeException, InterruptedException {
    int maximum = (int) Math.min(LIST, ONE + (long) wanted.size() * LISTED);
    return BridgeAnswers.ofAll(wanted, get(request(), maximum));
  }

  private HttpRequest.Builder request() {
    if (settings.sendsTokenInClear() && !warned.getAndSet(true)) {
      log.warn("the bridge gets VIBEE_API_KEY unencrypted over the network: use https");
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(settings.status()).timeout(patience);
    request.header("Accept", "application/json");
    if (settings.token() != null) {
      request.header("Authorization", "Bearer " + settings.token().exposeSecret());
    }
    return request;
  }

  private byte[] get(HttpRequest.Builder request, int maximum)
      throws BridgeException, InterruptedException {
    // The client's own limit ends with the headers; this one covers the body too.
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request.build(), head -> new CappedBody(maximum));
    try {
      HttpResponse<byte[]> response = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() == 200) return response.body();
      throw new BridgeException("answered with status " + response.statusCode());
    } catch (ExecutionException e) {
      throw new BridgeException(reason(e.getCause()));
    } catch (TimeoutException e) {
      throw new BridgeException("did not answer in time");
    } finally {
      answer.cancel(true);
    }
  }

  /**
   * Words the reason without the exception's message, which may repeat the answer or the address.
   */
  private static String reason(@Nullable Throwable cause) {
    if (cause instanceof CappedBody.TooLongException) return "answered more than is allowed";
    if (cause instanceof HttpConnectTimeoutException) return "cannot be reached";
    if (cause instanceof HttpTimeoutException) return "did not answer in time";
    if (cause instanceof ConnectException) return "cannot be reached";
    return "broke off the connection, or does not speak HTTP";
  }
}
