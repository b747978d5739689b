package io.vibee.session.jdbc.seal;

/**
 * Thrown when a sealed {@code api_hash} is not what was sealed for its row, whatever was done to
 * it. The text says what was found, without repeating any part of the sealed message.
 */
public final class SealException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param problem what is wrong: a clause without a full stop or stored values
   */
  public SealException(String problem) {
    super(problem);
  }
}
