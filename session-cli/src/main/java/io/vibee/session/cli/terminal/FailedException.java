package io.vibee.session.cli.terminal;

/** Ends a command that could not do all it was asked to; its message becomes the last line. */
public final class FailedException extends RuntimeException {
  private final Reason reason;

  /** Why a command failed. Scripts tell these apart by the exit code. */
  public enum Reason {
    /** A file could not be written. */
    NOT_WRITTEN,
    /** The input or the settings are wrong, or in conflict with what is stored. */
    REFUSED,
    NO_SESSION,
    /** The database refuses. */
    UNAVAILABLE,
    /** A hash or a file cannot be decrypted. */
    UNREADABLE
  }

  /**
   * Creates the error.
   *
   * @param message what happened and what to do, without a value that could be a secret
   */
  public FailedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
