package io.vibee.session.cli;

/** A command could not do all of what it was asked; its message is the last line. */
final class FailedException extends RuntimeException {
  private final int exitCode;

  FailedException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
