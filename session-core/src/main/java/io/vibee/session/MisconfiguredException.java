package io.vibee.session;

/**
 * Something was configured, but wrongly: a malformed variable, one that another needs, or a URL
 * that cannot be honoured. Nothing else is tried in its place, since that could start another
 * account.
 */
public final class MisconfiguredException extends SessionException {

  /**
   * Creates the error.
   *
   * @param message what is wrong and how to mend it, naming the setting and never its value
   */
  public MisconfiguredException(String message) {
    super(message);
  }
}
