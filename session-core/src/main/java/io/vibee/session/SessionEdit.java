package io.vibee.session;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Values to be stored for a user: those that are set here. What is not set stays as it is, or takes
 * the default of {@link Session#builder} in a session that is new.
 *
 * <p>Immutable, safe for threads. {@link #toString()} shows no value but the user's id.
 */
public final class SessionEdit {
  private final SessionEditBuilder values;

  SessionEdit(SessionEditBuilder values) {
    this.values = values;
  }

  /**
   * Starts an edit that sets nothing.
   *
   * @param userId whose session
   * @return a builder
   * @throws IllegalArgumentException if the id breaks the limits of {@link Session}
   */
  public static SessionEditBuilder of(String userId) {
    Texts.requireId("userId", userId);
    return new SessionEditBuilder(userId);
  }

  /**
   * Sets all values that callers choose, as {@link SessionStore#save} does.
   *
   * @param session the values
   * @return a builder
   */
  public static SessionEditBuilder of(Session session) {
    return of(session.userId())
        .sessionId(session.sessionId())
        .apiId(session.apiId())
        .apiHash(session.apiHash())
        .username(session.username())
        .phone(session.phone())
        .active(session.active())
        .authorized(session.authorized())
        .digitalTwinEnabled(session.digitalTwinEnabled())
        .autoReplyEnabled(session.autoReplyEnabled())
        .targetChats(session.targetChats());
  }

  /**
   * Whose session.
   *
   * @return the Telegram user's id
   */
  public String userId() {
    return values.userId;
  }

  /**
   * The hash to be stored.
   *
   * @return empty when the stored one stays
   */
  public Optional<Secret> apiHash() {
    return Optional.ofNullable(values.apiHash);
  }

  /**
   * The state that the session must be in.
   *
   * @return empty when any will do; {@link SessionRevision#NONE} when there must be none
   */
  public Optional<SessionRevision> expected() {
    return Optional.ofNullable(values.expected);
  }

  /**
   * The values of a new session.
   *
   * @return a session with the defaults for what is not set
   * @throws SessionIncompleteException if one has no default
   */
  public Session toNewSession() {
    @Nullable String sessionId = values.sessionId;
    @Nullable Integer apiId = values.apiId;
    @Nullable Secret apiHash = values.apiHash;
    if (sessionId == null || apiId == null || apiHash == null) {
      throw new SessionIncompleteException(values.userId, missing());
    }
    SessionBuilder builder = Session.builder(values.userId, sessionId, apiId, apiHash);
    if (values.username != null) builder.username(values.username.value());
    if (values.phone != null) builder.phone(values.phone.value());
    if (values.active != null) builder.active(values.active);
    if (values.authorized != null) builder.authorized(values.authorized);
    if (values.digitalTwin != null) builder.digitalTwinEnabled(values.digitalTwin);
    if (values.autoReply != null) builder.autoReplyEnabled(values.autoReply);
    if (values.targetChats != null) builder.targetChats(values.targetChats);
    return builder.build();
  }

  private List<String> missing() {
    return Stream.of(
            values.sessionId == null ? "sessionId" : "",
            values.apiId == null ? "apiId" : "",
            values.apiHash == null ? "apiHash" : "")
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /**
   * The values that a stored session has after this edit; for implementers of {@link
   * ManagedSessionStore}.
   *
   * @param stored the session as it is
   * @return the same with the values that are set here
   */
  public SessionSummary applyTo(SessionSummary stored) {
    return new SessionSummary(
        stored.id(),
        stored.userId(),
        or(values.sessionId, stored.sessionId()),
        or(values.apiId, stored.apiId()),
        values.username == null ? stored.username() : values.username.value(),
        values.phone == null ? stored.phone() : values.phone.value(),
        or(values.active, stored.active()),
        or(values.authorized, stored.authorized()),
        or(values.digitalTwin, stored.digitalTwinEnabled()),
        or(values.autoReply, stored.autoReplyEnabled()),
        or(values.targetChats, stored.targetChats()),
        stored.lastSeenAt(),
        stored.createdAt(),
        stored.updatedAt(),
        stored.revision(),
        stored.keyVersion());
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value != null ? value : otherwise;
  }

  /** The user's id alone. */
  @Override
  public String toString() {
    return "SessionEdit[userId=" + values.userId + "]";
  }
}
