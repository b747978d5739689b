package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An error as RFC 9457 writes it. Sentences of ours alone: nothing that a request or the database
 * brought, but names of fields.
 */
final class Problem {
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
          Map.entry(503, "Service Unavailable"));

  /** What is wrong with a field of the body, or a parameter of the query. */
  record FieldError(String field, String detail) {}

  private final int status;
  private final String detail;
  private final List<FieldError> errors;

  private Problem(int status, String detail, List<FieldError> errors) {
    this.status = status;
    this.detail = detail;
    this.errors = List.copyOf(errors);
  }

  static Problem of(int status, String detail) {
    return new Problem(status, detail, List.of());
  }

  static Problem of(int status, String detail, List<FieldError> errors) {
    return new Problem(status, detail, errors);
  }

  /** The same that also names a field. */
  Problem naming(String field, String wrong) {
    List<FieldError> more = new ArrayList<>(errors);
    more.add(new FieldError(field, wrong));
    return new Problem(status, detail, more);
  }

  ProblemException asError() {
    return new ProblemException(asResponse());
  }

  Response asResponse() {
    ObjectNode json = Json.object();
    json.put("type", "about:blank");
    json.put("title", TITLES.getOrDefault(status, "Error"));
    json.put("status", status);
    json.put("detail", detail);
    if (!errors.isEmpty()) {
      var list = json.putArray("errors");
      errors.forEach(
          error -> list.addObject().put("field", error.field()).put("detail", error.detail()));
    }
    return Response.of(status, "application/problem+json", json.toString().getBytes(UTF_8));
  }
}
