package io.vibee.session;

/**
 * One source that was considered and is not configured.
 *
 * @param mode the mode it would have given
 * @param lookedFor what was looked for and not found
 * @param supply how to supply it
 */
public record SourceAttempt(LoadMode mode, String lookedFor, String supply) {

  /** One line for people. */
  @Override
  public String toString() {
    return mode.label() + ": " + lookedFor + " is not set; " + supply;
  }
}
