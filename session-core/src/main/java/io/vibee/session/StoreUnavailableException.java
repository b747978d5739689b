package io.vibee.session;

import org.jspecify.annotations.Nullable;

/**
 * The store cannot work at the moment: it cannot be reached, it refuses the login, the role lacks a
 * right, or a statement was cancelled or failed. The message says which; trying again later helps
 * unless it says otherwise.
 */
public final class StoreUnavailableException extends SessionException {

  /** The SQLState; empty if the server was not reached. */
  private final String sqlState;

  /**
   * Creates the error.
   *
   * @param message what happened and what to do, without any stored value
   * @param sqlState the SQLState, or an empty text
   * @param cause a copy of the database error without values, or null
   */
  public StoreUnavailableException(String message, String sqlState, @Nullable Throwable cause) {
    super(message, cause);
    this.sqlState = sqlState;
  }

  /**
   * The SQLState from the server or the driver.
   *
   * @return five characters, or an empty text if there is none
   */
  public String sqlState() {
    return sqlState;
  }
}
