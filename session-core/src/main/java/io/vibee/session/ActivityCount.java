package io.vibee.session;

import java.time.Instant;
import java.util.Objects;

/**
 * How many entries the activity log has for a span of time.
 *
 * @param from where the span starts
 * @param count how many entries
 * @param errors how many of them are of type {@link Activity#ERROR} or {@link
 *     Activity#TAMPERING_DETECTED}
 */
public record ActivityCount(Instant from, long count, long errors) {
  /** Checks that nothing is missing. */
  public ActivityCount {
    Objects.requireNonNull(from, "from");
  }
}
