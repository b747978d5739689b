package io.vibee.session;

import org.jspecify.annotations.Nullable;

/**
 * The connection was lost after a change was sent and before the store confirmed it: the change may
 * or may not have been made. Before you repeat it, look at what it was meant to change. Repeating
 * may do it twice: a log entry, for one, may already be there.
 *
 * <p>Any other error means that nothing was changed, and that nothing will be changed later.
 */
public final class OutcomeUnknownException extends SessionException {

  /**
   * Creates the error.
   *
   * @param message what happened and how to find out, without any stored value
   * @param cause a copy of the database error without values, or null
   */
  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
