package io.vibee.session;

import java.util.List;
import java.util.stream.Collectors;

/**
 * No source is configured. The message lists each source, what it looked for and how to supply
 * that.
 */
public final class NotConfiguredException extends SessionException {

  private final transient List<SourceAttempt> attempts;

  /**
   * Creates the error.
   *
   * @param attempts the sources in the order in which they were tried
   */
  public NotConfiguredException(List<SourceAttempt> attempts) {
    super(
        attempts.stream()
            .map(attempt -> "\n  " + attempt)
            .collect(Collectors.joining("", "no session source is configured; set one of:", "")));
    this.attempts = List.copyOf(attempts);
  }

  /**
   * The sources that were tried.
   *
   * @return one entry per source, in the order in which they were tried
   */
  public List<SourceAttempt> attempts() {
    return attempts;
  }
}
