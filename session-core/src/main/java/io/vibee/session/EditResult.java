package io.vibee.session;

import java.util.Objects;

/**
 * What {@link ManagedSessionStore#edit} did.
 *
 * @param session the session as it is stored now
 * @param outcome what happened to it
 */
public record EditResult(SessionSummary session, Outcome outcome) {
  /** What an edit may do. */
  public enum Outcome {
    /** The user had no session before. */
    CREATED,
    /** A value changed. */
    UPDATED,
    /** All values were stored already. */
    UNCHANGED
  }

  /** Checks that nothing is missing. */
  public EditResult {
    Objects.requireNonNull(session, "session");
    Objects.requireNonNull(outcome, "outcome");
  }
}
