package io.vibee.session.agent;

import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the Telegram bridge which sessions are authorized. Each question is answered or fails within
 * five seconds, however slowly the bridge sends; no redirect is followed, nothing that it sends is
 * repeated, and no more than a bound is kept. Thread-safe.
 */
final class Bridge {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int ONE = 64 << 10;

  /** Bytes for one session of the list: the longest id, with some more text around it. */
  private static final int LISTED = 512;

  private static final int LIST = 64 << 20;

  private final BridgeSettings settings;
  private final Duration patience;
  private final HttpClient client;

  Bridge(BridgeSettings settings) {
    this(settings, ANSWER);
  }

  /** Waits another time for an answer. */
  Bridge(BridgeSettings settings, Duration patience) {
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
   * Asks whether one session is authorized.
   *
   * @throws BridgeException if the bridge gives no usable answer
   * @throws InterruptedException if the thread is interrupted; the question is cancelled
   */
  boolean isAuthorized(String sessionId) throws BridgeException, InterruptedException {
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(sessionId)) {
      throw new BridgeException("cannot be asked: the session's id does not fit into a header");
    }
    byte[] body = get(request().header("X-Session-ID", sessionId), ONE);
    return BridgeAnswers.ofSession(sessionId, body);
  }

  /**
   * Asks for the list of all sessions that the bridge knows, and returns what it says of some.
   *
   * @param wanted the sessions; their number bounds how long the answer may be
   * @throws BridgeException as above
   * @throws InterruptedException as above
   */
  Map<String, Boolean> list(Set<String> wanted) throws BridgeException, InterruptedException {
    int maximum = (int) Math.min(LIST, ONE + (long) wanted.size() * LISTED);
    return BridgeAnswers.ofAll(wanted, get(request(), maximum));
  }

  private HttpRequest.Builder request() {
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
