package io.vibee.session.agent.fleet;

import io.vibee.session.MisconfiguredException;
import java.time.Duration;
import java.util.List;

/**
 * How carefully an agent starts its sessions, so that a bad deployment costs a few of them.
 *
 * @param sizes how many sessions are claimed at a time until those before have settled and one of
 *     them is healthy; after the last, the rest of the share
 * @param settle how long a session must have been connected to count as healthy
 * @param proof how long all sessions must have been connected to be cleared of the suspicion that
 *     one of them kills its process
 * @param refusals how many sessions Telegram must have refused for good, at least, to stop the
 *     fleet
 * @param share which share of the starts must have ended like that
 */
public record WaveSettings(
    List<Integer> sizes, Duration settle, Duration proof, int refusals, double share) {
  /** One session, ten, a hundred, then all; stops the fleet if a fifth is refused. */
  public static final WaveSettings GENTLE =
      new WaveSettings(List.of(1, 10, 100), Duration.ofSeconds(1), Duration.ofSeconds(5), 3, 0.2);

  /** Checks the values. */
  public WaveSettings {
    sizes = List.copyOf(sizes);
    if (sizes.stream().anyMatch(size -> size < 1)) {
      throw new MisconfiguredException("a wave has at least one session: " + sizes);
    }
    if (settle.isNegative()) throw new MisconfiguredException("the time to settle is negative");
    if (proof.compareTo(settle) < 0) {
      throw new MisconfiguredException("what is proof takes at least as long as to settle");
    }
    if (refusals < 1) {
      throw new MisconfiguredException("the fleet is stopped after one refusal at the least");
    }
    if (!(share >= 0 && share <= 1)) {
      throw new MisconfiguredException("a share is from 0 to 1: " + share);
    }
  }
}
