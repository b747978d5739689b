package io.vibee.session;

import org.jspecify.annotations.Nullable;

/**
 * A change was sent, and the store was lost before it confirmed it: it may or may not have been
 * made. Look at what it was to change before you repeat it. Where it would be made twice, as an
 * entry of the log, it may be there already.
 *
 * <p>Any other error means that nothing was changed, and that nothing will be later.
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
