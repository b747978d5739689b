package io.vibee.session;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How a load went.
 *
 * @param mode where the sessions came from, see {@link SessionSource#description()}
 * @param loaded how many sessions were handed over
 * @param unreadable the sessions that were skipped because they cannot be read
 * @param taken the sessions that were skipped because an agent of a fleet holds them, or since they
 *     are in quarantine
 * @param elapsed the time from opening the source to the last session
 */
public record LoadReport(
    String mode,
    long loaded,
    List<UnreadableSession> unreadable,
    List<SessionHolding> taken,
    Duration elapsed) {
  /** Checks that nothing is missing. */
  public LoadReport {
    Objects.requireNonNull(mode, "mode");
    unreadable = List.copyOf(unreadable);
    taken = List.copyOf(taken);
    Objects.requireNonNull(elapsed, "elapsed");
  }
}
