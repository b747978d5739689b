package io.vibee.session;

import java.util.Objects;

/**
 * One of many edits that was not made, see {@link ManagedSessionStore#editAll}. {@link #toString()}
 * shows ids, and no other value.
 *
 * @param userId the user whose session was to be edited
 * @param reason what {@link ManagedSessionStore#edit} would have thrown
 */
public record RefusedEdit(String userId, RuntimeException reason) {

  /** Checks that nothing is missing. */
  public RefusedEdit {
    Objects.requireNonNull(userId, "userId");
    Objects.requireNonNull(reason, "reason");
  }

  @Override
  public String toString() {
    return "user " + Texts.printable(userId) + ": " + reason.getMessage();
  }
}
