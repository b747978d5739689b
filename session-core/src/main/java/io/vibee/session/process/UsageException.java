package io.vibee.session.process;

/** The command line or a file that it reads is not what it should be. */
public final class UsageException extends RuntimeException {
  /**
   * Creates the error.
   *
   * @param message what is wrong, without a value that could be a secret
   */
  public UsageException(String message) {
    super(message);
  }
}
