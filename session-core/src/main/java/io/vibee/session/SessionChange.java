package io.vibee.session;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the activity log, as a {@linkplain SessionChanges feed} tells it. Immutable; equal in
 * value.
 */
public final class SessionChange {
  private final String sessionId;
  private final String type;
  private final @Nullable String userId;
  private final @Nullable String previousSessionId;

  /**
   * Creates a change.
   *
   * @param sessionId the session; {@code *} for what concerns none
   * @param type what happened, as {@link Activity#type()}
   * @param userId the user, or null
   * @param previousSessionId the id that the session had before, or null
   */
  public SessionChange(
      String sessionId, String type, @Nullable String userId, @Nullable String previousSessionId) {
    this.sessionId = Objects.requireNonNull(sessionId, "sessionId");
    this.type = Objects.requireNonNull(type, "type");
    this.userId = userId;
    this.previousSessionId = previousSessionId;
  }

  /**
   * Returns the session's id.
   *
   * @return the id; {@code *} for what concerns no session
   */
  public String sessionId() {
    return sessionId;
  }

  /**
   * Returns what happened.
   *
   * @return the type, as {@link Activity#type()}
   */
  public String type() {
    return type;
  }

  /**
   * Returns the user whose session it is.
   *
   * @return the user's id; empty where the log does not say
   */
  public Optional<String> userId() {
    return Optional.ofNullable(userId);
  }

  /**
   * Returns the id that the session had before this change.
   *
   * @return the earlier id; empty if it stayed the same
   */
  public Optional<String> previousSessionId() {
    return Optional.ofNullable(previousSessionId);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SessionChange change
        && sessionId.equals(change.sessionId)
        && type.equals(change.type)
        && Objects.equals(userId, change.userId)
        && Objects.equals(previousSessionId, change.previousSessionId);
  }

  @Override
  public int hashCode() {
    return Objects.hash(sessionId, type, userId, previousSessionId);
  }

  @Override
  public String toString() {
    return Texts.printable(type + " of " + sessionId);
  }
}
