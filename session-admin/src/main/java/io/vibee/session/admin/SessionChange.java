package io.vibee.session.admin;

import io.vibee.session.SessionSummary;
import java.util.Objects;

/**
 * A change that was requested through the API and is stored. Agents start, change or stop a client
 * when they hear of one.
 *
 * @param kind what was done
 * @param session the session as it is stored now, without its hash
 */
public record SessionChange(Kind kind, SessionSummary session) {
  /** What was done to a session. */
  public enum Kind {
    /** The user had no session before. */
    CREATED,
    /**
     * The user had one; its values may have changed, {@link SessionSummary#active()} among them.
     */
    UPDATED,
    /** Agents may load it. */
    ACTIVATED,
    /** Agents must no longer load it. */
    DEACTIVATED
  }

  /** Checks that nothing is missing. */
  public SessionChange {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(session, "session");
  }
}
