package io.vibee.session;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a fleet was stopped, for people.
 *
 * @param at the store's time when it told this, with which to compare its other times
 * @param stoppedAt since when nobody starts anything more; empty if the fleet goes on
 * @param reason why, as somebody wrote it; empty if the fleet goes on, or nobody said so
 */
public record FleetStatus(Instant at, Optional<Instant> stoppedAt, Optional<String> reason) {
  /** Checks that nothing is null. */
  public FleetStatus {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(stoppedAt, "stoppedAt");
    Objects.requireNonNull(reason, "reason");
  }

  /**
   * Tells whether the fleet was stopped.
   *
   * @return true if nobody starts anything more
   */
  public boolean stopped() {
    return stoppedAt.isPresent();
  }

  /** Describes it in one line for logs, without control characters. */
  @Override
  public String toString() {
    return stoppedAt.isEmpty()
        ? "goes on"
        : "stopped since "
            + stoppedAt.get()
            + reason.map(r -> ": " + Texts.printable(r)).orElse("");
  }
}
