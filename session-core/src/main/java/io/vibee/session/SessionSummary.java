package io.vibee.session;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stored session without its hash, for programs that manage sessions. Values are as they are
 * stored: SQL may have written ones that {@link Session} would refuse, so escape them before you
 * show them.
 *
 * <p>Immutable, thread-safe; two summaries are equal if all their values are.
 */
public final class SessionSummary {
  private final long id;
  private final String userId;
  private final String sessionId;
  private final int apiId;
  private final @Nullable String username;
  private final @Nullable String phone;
  private final boolean active;
  private final boolean authorized;
  private final boolean digitalTwinEnabled;
  private final boolean autoReplyEnabled;
  private final List<String> targetChats;
  private final @Nullable Instant lastSeenAt;
  private final Instant createdAt;
  private final Instant updatedAt;
  private final long revision;
  private final int keyVersion;

  SessionSummary(SessionSummaryBuilder values) {
    userId = Objects.requireNonNull(values.userId, "userId");
    sessionId = Objects.requireNonNull(values.sessionId, "sessionId");
    createdAt = Objects.requireNonNull(values.createdAt, "createdAt");
    updatedAt = Objects.requireNonNull(values.updatedAt, "updatedAt");
    targetChats = List.copyOf(values.targetChats);
    id = values.id;
    apiId = values.apiId;
    username = values.username;
    phone = values.phone;
    active = values.active;
    authorized = values.authorized;
    digitalTwinEnabled = values.digitalTwinEnabled;
    autoReplyEnabled = values.autoReplyEnabled;
    lastSeenAt = values.lastSeenAt;
    revision = values.revision;
    keyVersion = values.keyVersion;
  }

  /**
   * Starts a summary with the defaults of a new session; for implementers of {@link
   * ManagedSessionStore}, which set what they store.
   *
   * @param id see {@link #id()}
   * @param userId see {@link #userId()}
   * @param sessionId see {@link #sessionId()}
   * @param apiId see {@link #apiId()}
   * @return a builder
   */
  public static SessionSummaryBuilder builder(long id, String userId, String sessionId, int apiId) {
    return new SessionSummaryBuilder(id, userId, sessionId, apiId);
  }

  /**
   * Starts a builder from this summary's values, to change some of them.
   *
   * @return a builder with the values of this summary
   */
  public SessionSummaryBuilder toBuilder() {
    return new SessionSummaryBuilder(this);
  }

  /**
   * Returns the store's own number for this session.
   *
   * @return a number that grows with each session added
   */
  public long id() {
    return id;
  }

  /**
   * Returns the Telegram user's id.
   *
   * @return the id as stored, see {@link Session#userId()}
   */
  public String userId() {
    return userId;
  }

  /**
   * Returns the id that the Telegram bridge issued ({@code sess_…}).
   *
   * @return the id as stored, see {@link Session#sessionId()}
   */
  public String sessionId() {
    return sessionId;
  }

  /**
   * Returns the Telegram app's id.
   *
   * @return the id as stored, see {@link Session#apiId()}
   */
  public int apiId() {
    return apiId;
  }

  /**
   * Returns the account's user name.
   *
   * @return the name as stored; null if it has none
   */
  public @Nullable String username() {
    return username;
  }

  /**
   * Returns the account's phone number.
   *
   * @return the number as stored; null if it is not known
   */
  public @Nullable String phone() {
    return phone;
  }

  /**
   * Tells whether agents load this session.
   *
   * @return false after {@link SessionStore#deactivate}
   */
  public boolean active() {
    return active;
  }

  /**
   * Tells whether the bridge last said that the account is logged in.
   *
   * @return false if it never said so
   */
  public boolean authorized() {
    return authorized;
  }

  /**
   * Tells whether the account's digital twin is on.
   *
   * @return false unless it was set
   */
  public boolean digitalTwinEnabled() {
    return digitalTwinEnabled;
  }

  /**
   * Tells whether the agent answers by itself.
   *
   * @return true unless it was set
   */
  public boolean autoReplyEnabled() {
    return autoReplyEnabled;
  }

  /**
   * Returns the chats to act in.
   *
   * @return the chats as stored, unmodifiable, see {@link Session#targetChats()}
   */
  public List<String> targetChats() {
    return targetChats;
  }

  /**
   * Returns when an agent last held this session.
   *
   * @return the time, to the microsecond; null for never
   */
  public @Nullable Instant lastSeenAt() {
    return lastSeenAt;
  }

  /**
   * Returns when the store first saved this session.
   *
   * @return the time
   */
  public Instant createdAt() {
    return createdAt;
  }

  /**
   * Returns when a value other than {@code lastSeenAt} last changed.
   *
   * @return the time
   */
  public Instant updatedAt() {
    return updatedAt;
  }

  /**
   * Counts the changes of this session's values in the store.
   *
   * @return the number of the last change, from 1
   */
  public long revision() {
    return revision;
  }

  /**
   * Returns the version of the key that the stored hash is encrypted with.
   *
   * @return the version, from 1
   */
  public int keyVersion() {
    return keyVersion;
  }

  /**
   * Identifies this session at this revision; a session that was deleted and added again is another
   * one.
   *
   * @return what {@link SessionEditBuilder#expecting} takes
   */
  public SessionRevision at() {
    return new SessionRevision(id, revision);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SessionSummary summary
        && id == summary.id
        && userId.equals(summary.userId)
        && sessionId.equals(summary.sessionId)
        && apiId == summary.apiId
        && Objects.equals(username, summary.username)
        && Objects.equals(phone, summary.phone)
        && active == summary.active
        && authorized == summary.authorized
        && digitalTwinEnabled == summary.digitalTwinEnabled
        && autoReplyEnabled == summary.autoReplyEnabled
        && targetChats.equals(summary.targetChats)
        && Objects.equals(lastSeenAt, summary.lastSeenAt)
        && createdAt.equals(summary.createdAt)
        && updatedAt.equals(summary.updatedAt)
        && revision == summary.revision
        && keyVersion == summary.keyVersion;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        id,
        userId,
        sessionId,
        apiId,
        username,
        phone,
        active,
        authorized,
        digitalTwinEnabled,
        autoReplyEnabled,
        targetChats,
        lastSeenAt,
        createdAt,
        updatedAt,
        revision,
        keyVersion);
  }

  /** Shows the ids and flags in printable form, but no phone or user name. */
  @Override
  public String toString() {
    return "SessionSummary[userId=%s, sessionId=%s, apiId=%s, active=%s, authorized=%s, revision=%s]"
        .formatted(
            Texts.printable(userId),
            Texts.printable(sessionId),
            apiId,
            active,
            authorized,
            revision);
  }
}
