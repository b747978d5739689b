package io.vibee.session.agent;

import java.util.Objects;

/**
 * Thrown by a {@link SessionHandler} whose session Telegram has refused for good: to try again
 * makes it worse. In a fleet the session is then kept from everybody until an operator clears it;
 * an agent outside of one does not start it again before its stored values change.
 */
public class SessionRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  /** What Telegram said, under the names of its errors. */
  public enum Reason {
    /** The session was connected twice; Telegram has ended it. */
    AUTH_KEY_DUPLICATED,
    /** Telegram does not know the session's key, or not any more. */
    AUTH_KEY_UNREGISTERED,
    /** The session was ended by its user. */
    SESSION_REVOKED,
    /** The account was deleted. */
    USER_DEACTIVATED,
    /** The account, its phone number or the app was banned. */
    BANNED
  }

  private final Reason reason;

  /**
   * Tells why a session was refused.
   *
   * @param reason what Telegram said
   */
  public SessionRefusedException(Reason reason) {
    super("Telegram has refused the session for good: " + Objects.requireNonNull(reason, "reason"));
    this.reason = reason;
  }

  /**
   * Returns why it was refused.
   *
   * @return what Telegram said
   */
  public Reason reason() {
    return reason;
  }
}
