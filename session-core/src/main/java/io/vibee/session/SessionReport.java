package io.vibee.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an agent tells of a session that it holds, see {@link SessionStore#report}.
 *
 * @param sessionId the session
 * @param authorized whether its account is logged in to Telegram; null when that is not known
 * @param error what went wrong, at most 1,000 characters, for the activity log; null for nothing.
 *     Never put a secret here
 */
public record SessionReport(
    String sessionId, @Nullable Boolean authorized, @Nullable String error) {
  /**
   * Checks the error's length.
   *
   * @throws IllegalArgumentException if the error is too long, or holds control characters
   */
  public SessionReport {
    Objects.requireNonNull(sessionId, "sessionId");
    Texts.requireText("error", error, 1000);
  }

  /**
   * A session that is held, and no more is known.
   *
   * @param sessionId the session
   * @return the report
   */
  public static SessionReport held(String sessionId) {
    return new SessionReport(sessionId, null, null);
  }

  /**
   * A session whose account is logged in, or is not.
   *
   * @param sessionId the session
   * @param authorized whether it is
   * @return the report
   */
  public static SessionReport of(String sessionId, boolean authorized) {
    return new SessionReport(sessionId, authorized, null);
  }

  /**
   * A session that is held, and something went wrong.
   *
   * @param sessionId the session
   * @param error what
   * @return the report
   */
  public static SessionReport failed(String sessionId, String error) {
    return new SessionReport(sessionId, null, Objects.requireNonNull(error, "error"));
  }
}
