package io.vibee.session;

import java.util.Objects;

/**
 * What {@link SessionStore#save} or {@link ManagedSessionStore#edit} did.
 *
 * @param <T> {@link Session}, or {@link SessionSummary} for an edit
 * @param session the session as it is stored now
 * @param outcome what happened to it
 */
public record SaveResult<T>(T session, Outcome outcome) {
  /** What happened to a session. */
  public enum Outcome {
    /** It was added: the user had none before. */
    CREATED,
    /** A value changed, and the revision with it. */
    UPDATED,
    /** All values were stored already, so the revision is the one before. */
    UNCHANGED
  }

  /** Checks that nothing is missing. */
  public SaveResult {
    Objects.requireNonNull(session, "session");
    Objects.requireNonNull(outcome, "outcome");
  }

  /**
   * Tells whether the session was added.
   *
   * @return true if the user had none before
   */
  public boolean created() {
    return outcome == Outcome.CREATED;
  }
}
