package io.vibee.session;

import java.time.Duration;
import java.util.Objects;

/**
 * How far a rotation has come.
 *
 * @param keyVersion the current key, to which sessions are moved
 * @param done how many sessions this call has moved
 * @param left how many are not moved yet, including those that cannot be read; counted now and
 *     then, estimated in between
 * @param unreadable how many of those tried so far cannot be read
 * @param elapsed the time since this call began
 */
public record RotationProgress(
    int keyVersion, long done, long left, long unreadable, Duration elapsed) {

  /** Checks that {@code elapsed} is not null. */
  public RotationProgress {
    Objects.requireNonNull(elapsed, "elapsed");
  }

  /**
   * Whether all sessions that can be read have the current key.
   *
   * @return true if nothing is left to move
   */
  public boolean complete() {
    return left <= unreadable;
  }

  /**
   * How fast this call has moved sessions so far.
   *
   * @return sessions per second; 0 before the first
   */
  public double rate() {
    return done == 0 ? 0 : done * 1e9 / Math.max(1, elapsed.toNanos());
  }
}
