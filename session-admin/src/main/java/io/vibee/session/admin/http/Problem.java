package io.vibee.session.admin.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Ends a request with an error as RFC 9457 writes it. It holds the program's own sentences alone,
 * and nothing that a request or the database brought except names of fields. Used for control flow:
 * it has no stack trace and is never logged. Immutable.
 */
public final class Problem extends RuntimeException {
  private static final Map<Integer, String> TITLES =
      Map.ofEntries(
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(409, "Conflict"),
          Map.entry(412, "Precondition Failed"),
          Map.entry(413, "Content Too Large"),
          Map.entry(415, "Unsupported Media Type"),
          Map.entry(422, "Unprocessable Content"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(501, "Not Implemented"),
          Map.entry(503, "Service Unavailable"));

  /**
   * What is wrong with a field of the body, or a parameter of the query.
   *
   * @param field its name
   * @param detail what is wrong, without the value
   */
  public record FieldError(String field, String detail) {}

  private final int status;
  private final String detail;
  private final transient List<FieldError> errors;
  private final transient Map<String, String> headers;
  private final Duration delay;

  private Problem(
      int status,
      String detail,
      List<FieldError> errors,
      Map<String, String> headers,
      Duration delay) {
    super("status " + status, null, false, false);
    this.status = status;
    this.detail = detail;
    this.errors = List.copyOf(errors);
    this.headers = headers;
    this.delay = delay;
  }

  /**
   * Makes a problem.
   *
   * @param status the response's status
   * @param detail what happened, why, and what to do
   * @return the problem
   */
  public static Problem of(int status, String detail) {
    return of(status, detail, List.of());
  }

  /**
   * Makes a problem with these fields.
   *
   * @param status the response's status
   * @param detail what happened
   * @param errors what is wrong with each field
   * @return the problem
   */
  public static Problem of(int status, String detail, List<FieldError> errors) {
    return new Problem(status, detail, errors, Map.of(), Duration.ZERO);
  }

  /**
   * Returns the same problem, naming one more field.
   *
   * @param field the field's name
   * @param wrong what is wrong with it, without the value
   * @return a new problem
   */
  public Problem naming(String field, String wrong) {
    List<FieldError> more = new ArrayList<>(errors);
    more.add(new FieldError(field, wrong));
    return new Problem(status, detail, more, headers, delay);
  }

  /**
   * Returns the same problem with one more header field in its response.
   *
   * @param name the header field's name
   * @param value its value
   * @return a new problem
   */
  public Problem with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(status, detail, errors, more, delay);
  }

  /**
   * Returns the same problem, to be sent after this time.
   *
   * @param time how long the client has to wait
   * @return a new problem
   */
  public Problem after(Duration time) {
    return new Problem(status, detail, errors, headers, time);
  }

  /**
   * Writes the problem.
   *
   * @return the response
   */
  public Response response() {
    ObjectNode json = Json.object();
    json.put("type", "about:blank");
    json.put("title", TITLES.getOrDefault(status, "Error"));
    json.put("status", status);
    json.put("detail", detail);
    if (!errors.isEmpty()) {
      ArrayNode list = json.putArray("errors");
      errors.forEach(
          error -> list.addObject().put("field", error.field()).put("detail", error.detail()));
    }
    Response response =
        Response.of(status, "application/problem+json", json.toString().getBytes(UTF_8));
    for (Map.Entry<String, String> header : headers.entrySet()) {
      response = response.with(header.getKey(), header.getValue());
    }
    return response.after(delay);
  }
}
