package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** One response. Immutable. */
final class Response {
  private static final byte[] NOTHING = {};

  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;
  private final Duration delay;

  private Response(int status, Map<String, String> headers, byte[] body, Duration delay) {
    this.status = status;
    this.headers = Collections.unmodifiableMap(headers);
    this.body = body;
    this.delay = delay;
  }

  static Response empty(int status) {
    return new Response(status, Map.of(), NOTHING, Duration.ZERO);
  }

  static Response json(int status, String body) {
    return of(status, "application/json", body.getBytes(UTF_8));
  }

  static Response of(int status, String contentType, byte[] body) {
    return new Response(status, Map.of("Content-Type", contentType), body.clone(), Duration.ZERO);
  }

  /** The same with one more header field. */
  Response with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Response(status, more, body, delay);
  }

  /** The same, to be sent after this time. */
  Response after(Duration time) {
    return new Response(status, headers, body, time);
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  Duration delay() {
    return delay;
  }

  byte[] body() {
    return body.clone();
  }
}
