package io.vibee.session.admin;

import io.vibee.session.MasterKeyMismatchException;
import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.ReadOnlyStoreException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionConflictException;
import io.vibee.session.SessionException;
import io.vibee.session.SessionIncompleteException;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.admin.http.Problem;
import io.vibee.session.admin.http.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what the store throws into responses. The store's own messages go to the agent's log: they
 * address the operator of the process, and may quote the database.
 */
final class StoreErrors {
  static final int RETRY_SECONDS = 5;

  private static final Logger log = LoggerFactory.getLogger(StoreErrors.class);

  private StoreErrors() {}

  static Response response(SessionException error) {
    if (error instanceof SessionNotFoundException) return notFound().response();
    if (error instanceof SessionConflictException) {
      return Problem.of(409, "one session id serves one user")
          .naming("session_id", "belongs to another user: deactivate or delete that one first")
          .response();
    }
    if (error instanceof SessionChangedException) return changed().response();
    if (error instanceof SessionIncompleteException incomplete) return incomplete(incomplete);
    if (error instanceof UnreadableSessionException) {
      log.warn("an edit needs a hash that cannot be read: {}", error.getMessage());
      return Problem.of(409, "the stored api_hash cannot be read, and this change needs it")
          .naming("api_hash", "send it again with this change")
          .response();
    }
    log.warn("the store cannot be used: {}", error.getMessage());
    return unavailable(reason(error)).response();
  }

  /**
   * Answers for a value that the store does not accept; its message names the field first, and
   * never the value.
   */
  static Response refusedValue(IllegalArgumentException error) {
    String message = String.valueOf(error.getMessage());
    String field = SessionEditJson.nameOf(message.split(" ", 2)[0]);
    Problem problem = Problem.of(422, "a value is not allowed");
    return SessionEditJson.isKnown(field)
        ? problem.naming(field, SessionEditJson.rule(error)).response()
        : problem.response();
  }

  private static String reason(SessionException error) {
    if (error instanceof SchemaVersionException) {
      return "the database's schema does not fit this program: see its log";
    }
    if (error instanceof MasterKeyMismatchException || error instanceof MasterKeyMissingException) {
      return "the key that encrypts the sessions is missing: see this program's log";
    }
    if (error instanceof OutcomeUnknownException) {
      return "the connection to the database was lost while the change was made, so it may have been"
          + " made or not: read the session again before you repeat it";
    }
    if (error instanceof ReadOnlyStoreException) {
      return "this agent only reads its database, as from a standby: send changes to one that is on"
          + " the primary";
    }
    return "the database cannot be used now";
  }

  static Problem notFound() {
    return Problem.of(404, "there is no such session");
  }

  static Problem changed() {
    return Problem.of(
        412,
        "the session is not as If-Match or If-None-Match expects: read it again, then repeat"
            + " the change");
  }

  static Problem unavailable(String detail) {
    return Problem.of(503, detail).with("Retry-After", Integer.toString(RETRY_SECONDS));
  }

  /** Describes an unexpected exception for a log: its message could quote a secret. */
  static String place(Throwable error) {
    StackTraceElement[] trace = error.getStackTrace();
    return error.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  private static Response incomplete(SessionIncompleteException error) {
    Problem problem = Problem.of(422, "the user has no session yet, and a new one needs more");
    for (String field : error.missing()) {
      problem = problem.naming(SessionEditJson.nameOf(field), "is missing");
    }
    return problem.response();
  }
}
