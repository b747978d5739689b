package io.vibee.session;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an agent reports about a session that it holds, see {@link SessionStore#report}.
 *
 * <p>Immutable, thread-safe; two reports are equal if all their values are.
 */
public final class SessionReport {
  private final String sessionId;
  private final @Nullable Boolean authorized;
  private final @Nullable String error;

  private SessionReport(String sessionId, @Nullable Boolean authorized, @Nullable String error) {
    this.sessionId = Objects.requireNonNull(sessionId, "sessionId");
    this.authorized = authorized;
    this.error = error;
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
   * Reports that a session is held, and that its account is logged in to Telegram.
   *
   * @param sessionId the session
   * @return the report
   */
  public static SessionReport authorized(String sessionId) {
    return of(sessionId, true);
  }

  /**
   * Reports that a session is held, and that its account is not logged in to Telegram.
   *
   * @param sessionId the session
   * @return the report
   */
  public static SessionReport notAuthorized(String sessionId) {
    return of(sessionId, false);
  }

  /**
   * Reports that a session is held, and whether its account is logged in to Telegram.
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
   * @param error what went wrong, for the activity log: at most 1,000 characters, none a control
   *     character. Never put a secret here
   * @return the report
   * @throws IllegalArgumentException if the error breaks those limits
   */
  public static SessionReport failed(String sessionId, String error) {
    Texts.requireText("error", Objects.requireNonNull(error, "error"), 1000);
    return new SessionReport(sessionId, null, error);
  }

  /**
   * Adds what a later report of the same session says. Where both say something, the later one
   * counts.
   *
   * @param later the later report
   * @return both in one
   * @throws IllegalArgumentException if the later report is of another session
   */
  public SessionReport andThen(SessionReport later) {
    if (!later.sessionId.equals(sessionId)) {
      throw new IllegalArgumentException("the reports are of different sessions");
    }
    return new SessionReport(
        sessionId,
        later.authorized != null ? later.authorized : authorized,
        later.error != null ? later.error : error);
  }

  /**
   * Returns the session that is held.
   *
   * @return its id
   */
  public String sessionId() {
    return sessionId;
  }

  /**
   * Tells whether the session's account is logged in to Telegram.
   *
   * @return whether it is; empty if that is not known
   */
  public Optional<Boolean> authorized() {
    return Optional.ofNullable(authorized);
  }

  /**
   * Returns what went wrong.
   *
   * @return the error; empty for nothing
   */
  public Optional<String> error() {
    return Optional.ofNullable(error);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SessionReport report
        && sessionId.equals(report.sessionId)
        && Objects.equals(authorized, report.authorized)
        && Objects.equals(error, report.error);
  }

  @Override
  public int hashCode() {
    return Objects.hash(sessionId, authorized, error);
  }

  @Override
  public String toString() {
    return "SessionReport[sessionId=%s, authorized=%s, error=%s]"
        .formatted(sessionId, authorized, error);
  }
}
