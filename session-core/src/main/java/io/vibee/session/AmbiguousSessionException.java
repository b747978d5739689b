package io.vibee.session;

/**
 * Only {@code DATABASE_URL} is set, and the database holds several active sessions: which one to
 * start would be a guess. Set {@code USER_ID} or {@code MULTI_TENANT=true}.
 */
public final class AmbiguousSessionException extends SessionException {

  /** Creates the error. */
  public AmbiguousSessionException() {
    super(
        "the database holds several active sessions: set USER_ID to load one user's,"
            + " or MULTI_TENANT=true to load them all");
  }
}
