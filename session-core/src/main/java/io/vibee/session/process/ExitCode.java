package io.vibee.session.process;

import io.vibee.session.MasterKeyMismatchException;
import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionException;
import io.vibee.session.SessionInactiveException;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.SessionTakenException;
import io.vibee.session.StoreUnavailableException;
import io.vibee.session.UnreadableSessionException;

/** The exit codes that scripts rely on; 0 means that all was done. */
public final class ExitCode {
  /** A defect, or output that cannot be written. */
  public static final int DEFECT = 1;

  /** Not configured or misconfigured. */
  public static final int MISCONFIGURED = 2;

  /** There is no such session, or it is inactive. */
  public static final int NO_SESSION = 3;

  /** The database cannot be reached, or refuses. */
  public static final int UNAVAILABLE = 4;

  /** A hash or a file cannot be decrypted. */
  public static final int UNREADABLE = 5;

  /** The schema is missing, or older or newer than the library. */
  public static final int SCHEMA = 6;

  /** The session runs elsewhere, or is in quarantine. */
  public static final int TAKEN = 7;

  private ExitCode() {}

  /**
   * Returns the code of an error.
   *
   * @param error what went wrong
   * @return from 2 to 7
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
    if (error instanceof SessionTakenException) return TAKEN;
    return MISCONFIGURED;
  }
}
