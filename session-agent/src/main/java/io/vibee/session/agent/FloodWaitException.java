package io.vibee.session.agent;

import java.time.Duration;

/**
 * Thrown by a {@link SessionHandler} that Telegram has told to wait ({@code FLOOD_WAIT_X}). The
 * session is started again after that time and not before; in a fleet, a wait of more than a minute
 * also counts for whoever starts it next.
 */
public class FloodWaitException extends Exception {
  private static final long serialVersionUID = 1;
  private static final Duration LONGEST = Duration.ofDays(30);

  private final Duration pause;

  /**
   * Tells how long to wait.
   *
   * @param pause the time that Telegram said, more than zero; what is beyond 30 days does not count
   * @throws IllegalArgumentException if it is not more than zero
   */
  public FloodWaitException(Duration pause) {
    super("Telegram wants a pause of " + pause.toSeconds() + " s");
    if (pause.isNegative() || pause.isZero()) {
      throw new IllegalArgumentException("a pause must be more than zero: " + pause);
    }
    this.pause = pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
  }

  /**
   * Returns how long to wait.
   *
   * @return the time, at most 30 days
   */
  public Duration pause() {
    return pause;
  }
}
