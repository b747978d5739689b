package io.vibee.session.admin;

import io.vibee.session.SessionSummary;
import java.util.Objects;

/**
 * A change that was asked for through the API and is stored; what agents start, change or stop a
 * client by.
 *
 * @param kind what was done
 * @param session the session as it is stored now, without its hash
 */
public record SessionChange(Kind kind, SessionSummary session) {
  /** What was done to a session. */
  public enum Kind {
    /** The user had no session before. */
    CREATED,
    /** The user had one; {@link SessionSummary#active()} may be among what changed, if anything. */
    UPDATED,
    /** Agents may load it. */
    ACTIVATED,
    /** Agents must not load it any more. */
    DEACTIVATED
  }

  /** Checks that nothing is missing. */
  public SessionChange {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(session, "session");
  }
}
