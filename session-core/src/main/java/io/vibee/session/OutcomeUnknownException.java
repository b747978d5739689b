package io.vibee.session;

import org.jspecify.annotations.Nullable;

/**
 * The connection was lost after a change was sent and before the store confirmed it: the change may
 * or may not have been made. If it was not, it will not be made later.
 *
 * <p>Each method that throws this says what repeating the call does. Most may simply be repeated; a
 * log entry, for one, may then be there twice.
 *
 * <p>Any other error means that nothing was changed, and that nothing will be changed later, except
 * that {@link KeyRotation#rotate} keeps what it moved before.
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
