package io.vibee.session.jdbc.seal;

/**
 * A sealed {@code api_hash} is not what was sealed for its row. The one error for every such
 * message, whatever was done to it; the message says what was found, without any part of it.
 */
public final class SealException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param problem what is wrong, a clause without a full stop and without stored values
   */
  public SealException(String problem) {
    super(problem);
  }
}
