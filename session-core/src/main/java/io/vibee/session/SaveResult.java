package io.vibee.session;

import java.util.Objects;

/**
 * What {@link SessionStore#save} did.
 *
 * @param session the session as it is stored now
 * @param created true if the user had no session before
 */
public record SaveResult(Session session, boolean created) {
  /** Checks that nothing is missing. */
  public SaveResult {
    Objects.requireNonNull(session, "session");
  }
}
