package io.vibee.session.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** One response, perhaps to be sent later. Immutable. */
public final class Response {
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

  /**
   * Makes a response without a body.
   *
   * @param status its status
   * @return the response
   */
  public static Response empty(int status) {
    return new Response(status, Map.of(), NOTHING, Duration.ZERO);
  }

  /**
   * Makes a response of this JSON.
   *
   * @param status its status
   * @param body the JSON
   * @return the response
   */
  public static Response json(int status, String body) {
    return of(status, "application/json", body.getBytes(UTF_8));
  }

  /**
   * Makes a response of any type.
   *
   * @param status its status
   * @param contentType the media type
   * @param body the content, which is copied
   * @return the response
   */
  public static Response of(int status, String contentType, byte[] body) {
    return new Response(status, Map.of("Content-Type", contentType), body.clone(), Duration.ZERO);
  }

  /**
   * Returns the same response with one more header field.
   *
   * @param name the field's name
   * @param value its value
   * @return a new response
   */
  public Response with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Response(status, more, body, delay);
  }

  /** Returns the same response, to be sent after this time. */
  Response after(Duration time) {
    return new Response(status, headers, body, time);
  }

  /**
   * Returns the status.
   *
   * @return such as 200
   */
  public int status() {
    return status;
  }

  public Map<String, String> headers() {
    return headers;
  }

  Duration delay() {
    return delay;
  }

  /**
   * Returns the content.
   *
   * @return a copy
   */
  public byte[] body() {
    return body.clone();
  }
}
