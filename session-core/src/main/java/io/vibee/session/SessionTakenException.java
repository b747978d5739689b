package io.vibee.session;

import java.util.Objects;

/**
 * The session that was asked for runs elsewhere, or is in quarantine: starting it here could make
 * Telegram end it.
 */
public final class SessionTakenException extends SessionException {
  private final transient SessionHolding holding;

  /**
   * Creates the error.
   *
   * @param userId whose session it is
   * @param holding who holds it, or why it is in quarantine
   */
  public SessionTakenException(String userId, SessionHolding holding) {
    super("the session of user " + Texts.printable(userId) + " " + text(holding));
    this.holding = Objects.requireNonNull(holding, "holding");
  }

  private static String text(SessionHolding holding) {
    String since = holding.since().map(time -> " since " + time).orElse("");
    if (holding.state() == SessionHolding.State.QUARANTINED) {
      String sessionId = Texts.printable(holding.lease().sessionId());
      return "is in quarantine"
          + since
          + ": "
          + holding.detail().map(Texts::printable).orElse("not told why")
          + "; once that is mended: SELECT session_fleet_clear('"
          + sessionId.replace("'", "''")
          + "')";
    }
    return "is run by agent "
        + holding.agent().map(Texts::printable).orElse("of no name")
        + holding.agentId().map(id -> " (id " + id).orElse(" (")
        + holding.address().map(address -> ", at " + Texts.printable(address)).orElse("")
        + ")"
        + since
        + ", and Telegram ends a session that is connected twice: end that agent first; of one that"
        + " died without a peer to notice, see docs/fleet.md";
  }

  /**
   * Returns who holds the session, or why it is in quarantine.
   *
   * @return the session, its state and, unless it is in quarantine, the agent
   */
  public SessionHolding holding() {
    return holding;
  }
}
