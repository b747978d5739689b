package io.vibee.session.cli;

import io.vibee.session.MasterKeyMismatchException;
import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionException;
import io.vibee.session.SessionInactiveException;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.UnreadableSessionException;
import io.vibee.session.cli.terminal.FailedException;

/** The exit codes that scripts rely on. */
public final class ExitCode {
  /** Not configured or misconfigured. */
  public static final int MISCONFIGURED = 2;

  /** A defect, or output that cannot be written. */
  static final int DEFECT = 1;

  static final int NO_SESSION = 3;
  static final int UNAVAILABLE = 4;
  static final int UNREADABLE = 5;
  static final int SCHEMA = 6;

  private ExitCode() {}

  static int of(FailedException error) {
    return switch (error.reason()) {
      case NOT_WRITTEN -> DEFECT;
      case REFUSED -> MISCONFIGURED;
      case NO_SESSION -> NO_SESSION;
      case UNAVAILABLE -> UNAVAILABLE;
      case UNREADABLE -> UNREADABLE;
    };
  }

  /**
   * Returns the code of an error.
   *
   * @param error what went wrong
   * @return from 2 to 6
   */
  public static int of(SessionException error) {
    if (error instanceof SessionNotFoundException || error instanceof SessionInactiveException) {
      return NO_SESSION;
    }
    if (error instanceof StoreUnavailableException || error instanceof OutcomeUnknownException) {
      return UNAVAILABLE;
    }
    if (error instanceof UnreadableSessionException
        || error instanceof MasterKeyMissingException
        || error instanceof MasterKeyMismatchException) {
      return UNREADABLE;
    }
    if (error instanceof SchemaVersionException) return SCHEMA;
    return MISCONFIGURED;
  }
}
