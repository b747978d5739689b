package io.vibee.session.agent.fleet;

/** What must not have happened in a simulated fleet. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  Violation(String what) {
    super(what);
  }
}
