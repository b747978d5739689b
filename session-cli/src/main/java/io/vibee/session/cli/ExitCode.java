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

/** The exit codes that scripts rely on. */
public final class ExitCode {
  /** Not configured or misconfigured. */
  public static final int MISCONFIGURED = 2;

  static final int NO_SESSION = 3;
  static final int UNAVAILABLE = 4;
  static final int UNREADABLE = 5;
  static final int SCHEMA = 6;

  private ExitCode() {}

  /**
   * The code of an error.
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
