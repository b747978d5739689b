package io.vibee.session;

import java.util.Collection;
import java.util.List;

/** Sessions are not held any more under the tokens that a change relied on. Nothing was done. */
public final class StaleLeaseException extends SessionException {
  private final transient List<String> sessionIds;

  /**
   * Creates the error.
   *
   * @param sessionIds the sessions
   */
  public StaleLeaseException(Collection<String> sessionIds) {
    super(
        "no longer held under the tokens that the change names, so it was refused: "
            + String.join(", ", sessionIds.stream().limit(10).map(Texts::printable).toList())
            + (sessionIds.size() > 10 ? " and " + (sessionIds.size() - 10) + " others" : "")
            + ": stop those sessions, another agent may run them");
    this.sessionIds = List.copyOf(sessionIds);
  }

  /**
   * Returns the sessions that are not held any more.
   *
   * @return their ids
   */
  public List<String> sessionIds() {
    return sessionIds;
  }
}
