package io.vibee.session.admin;

/** Ends a request with this response. Control flow: it has no stack trace and is never logged. */
final class ProblemException extends RuntimeException {
  private final transient Response response;

  ProblemException(Response response) {
    super("status " + response.status(), null, false, false);
    this.response = response;
  }

  /** The same with one more header field. */
  ProblemException with(String name, String value) {
    return new ProblemException(response.with(name, value));
  }

  Response response() {
    return response;
  }
}
