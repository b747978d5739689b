package io.vibee.session.agent;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of this agent, apart from what to load.
 *
 * @param bridge the Telegram bridge, if there is one
 * @param poll how often the bridge is asked: {@code VIBEE_POLL_SECONDS}
 */
record AgentSettings(Optional<BridgeSettings> bridge, Duration poll) {
  private static final String POLL = "VIBEE_POLL_SECONDS";
  private static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(30);

  static AgentSettings of(Environment environment) {
    MisconfiguredException.checkAll(() -> BridgeSettings.of(environment), () -> poll(environment));
    return new AgentSettings(BridgeSettings.of(environment), poll(environment));
  }

  private static Duration poll(Environment environment) {
    String seconds = environment.find(POLL).orElse("");
    if (seconds.isEmpty()) return Duration.ofSeconds(30);
    if (!seconds.matches("[0-9]{1,4}") || Integer.parseInt(seconds) == 0) {
      throw new MisconfiguredException(
          POLL + " must be a number of seconds from 1 to 9999, as in VIBEE_POLL_SECONDS=30");
    }
    return Duration.ofSeconds(Integer.parseInt(seconds));
  }

  /** How often sessions are marked as seen: monitoring relies on the upper bound. */
  Duration heartbeat() {
    return poll.compareTo(LONGEST_HEARTBEAT) < 0 ? poll : LONGEST_HEARTBEAT;
  }
}
