package io.vibee.session;

/**
 * One source that was considered and is not configured.
 *
 * @param mode the mode that it would have selected, by the name that {@code SESSION_SOURCE} takes
 * @param lookedFor what was looked for and not found
 * @param supply how to supply it
 */
public record SourceAttempt(String mode, String lookedFor, String supply) {

  /** Describes the attempt in one line for people. */
  @Override
  public String toString() {
    return mode + ": " + lookedFor + " is not set; " + supply;
  }
}
