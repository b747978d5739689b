package io.vibee.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an agent reports about a session that it holds, see {@link SessionStore#report}.
 *
 * @param sessionId the session
 * @param authorized whether its account is logged in to Telegram; null if that is not known
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
   * Reports that a session is held, and nothing else.
   *
   * @param sessionId the session
   * @return the report
   */
  public static SessionReport held(String sessionId) {
    return new SessionReport(sessionId, null, null);
  }

  /**
   * Reports that a session is held, and whether its account is logged in.
   *
   * @param sessionId the session
   * @param authorized whether the account is logged in
   * @return the report
   */
  public static SessionReport of(String sessionId, boolean authorized) {
    return new SessionReport(sessionId, authorized, null);
  }

  /**
   * Reports that a session is held, and that something went wrong.
   *
   * @param sessionId the session
   * @param error what went wrong
   * @return the report
   */
  public static SessionReport failed(String sessionId, String error) {
    return new SessionReport(sessionId, null, Objects.requireNonNull(error, "error"));
  }
}
