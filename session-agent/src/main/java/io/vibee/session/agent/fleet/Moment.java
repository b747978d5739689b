package io.vibee.session.agent.fleet;

/**
 * A time by both clocks of one machine, read together, in nanoseconds.
 *
 * @param monotonic as of {@code System.nanoTime}: never goes back, may stand still while the
 *     machine is suspended
 * @param wall since 1970: may jump either way, and goes on while the machine is suspended
 */
public record Moment(long monotonic, long wall) {
  /** How far the wall clock is ahead: changes when one jumps or the other stands still. */
  long ahead() {
    return wall - monotonic;
  }
}
