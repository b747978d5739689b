package io.vibee.session;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One Telegram account that an agent may act for.
 *
 * <p>Immutable, thread-safe; two sessions are equal if all their values are. {@link #toString()}
 * identifies the session without its secret, phone or user name. Texts hold no control characters
 * and fit the columns they are stored in.
 */
public final class Session {
  /** How long all {@code targetChats} of a session may be, in bytes of their JSON in UTF-8. */
  public static final int MAX_TARGET_CHATS_BYTES = 262_144;

  private final String userId;
  private final String sessionId;
  private final int apiId;
  private final Secret apiHash;
  private final @Nullable String username;
  private final @Nullable String phone;
  private final boolean active;
  private final boolean authorized;
  private final boolean digitalTwinEnabled;
  private final boolean autoReplyEnabled;
  private final List<String> targetChats;
  private final @Nullable Instant lastSeenAt;
  private final @Nullable Instant createdAt;
  private final @Nullable Instant updatedAt;
  private final long revision;
  private final int keyVersion;

  Session(SessionBuilder values) {
    userId = values.userId;
    sessionId = values.sessionId;
    apiId = values.apiId;
    apiHash = Objects.requireNonNull(values.apiHash, "apiHash");
    username = values.username;
    phone = values.phone;
    active = values.active;
    authorized = values.authorized;
    digitalTwinEnabled = values.digitalTwinEnabled;
    autoReplyEnabled = values.autoReplyEnabled;
    targetChats = List.copyOf(values.targetChats);
    lastSeenAt = values.lastSeenAt;
    createdAt = values.createdAt;
    updatedAt = values.updatedAt;
    revision = values.revision;
    keyVersion = values.keyVersion;
    Texts.requireId("userId", userId);
    Texts.requireId("sessionId", sessionId);
    Texts.requireApiId(apiId);
    Texts.requireSecret("apiHash", apiHash.exposeSecret());
    Texts.requireText("username", username, 255);
    Texts.requireText("phone", phone, 50);
    Texts.requireChats(targetChats);
  }

  /**
   * Starts a session with its required values and the defaults of a new one: active, not
   * authorized, digital twin off, automatic replies on.
   *
   * @param userId see {@link #userId()}
   * @param sessionId see {@link #sessionId()}
   * @param apiId see {@link #apiId()}
   * @param apiHash see {@link #apiHash()}
   * @return a builder
   */
  public static SessionBuilder builder(String userId, String sessionId, int apiId, Secret apiHash) {
    return new SessionBuilder(userId, sessionId, apiId, apiHash);
  }

  /**
   * Starts a builder from this session's values, to change some of them.
   *
   * @return a builder with the values of this session
   */
  public SessionBuilder toBuilder() {
    return new SessionBuilder(this);
  }

  /**
   * Returns the Telegram user's id, unique in a store.
   *
   * @return 1 to 255 characters; {@code env-} and the account's number for an account from the
   *     environment that gives no user id
   */
  public String userId() {
    return userId;
  }

  /**
   * Returns the id that the Telegram bridge issued ({@code sess_…}), unique in a store.
   *
   * @return 1 to 255 characters
   */
  public String sessionId() {
    return sessionId;
  }

  /**
   * Returns the Telegram app's id.
   *
   * @return a number greater than zero
   */
  public int apiId() {
    return apiId;
  }

  /**
   * Returns the Telegram app's hash.
   *
   * @return 1 to 255 characters without white space at either end
   */
  public Secret apiHash() {
    return apiHash;
  }

  /**
   * Returns the account's user name.
   *
   * @return at most 255 characters; null if it has none
   */
  public @Nullable String username() {
    return username;
  }

  /**
   * Returns the account's phone number.
   *
   * @return at most 50 characters; null if it is not known
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
   * Returns the chats to act in: ids as decimal digits, or names, all of them together at most
   * {@value #MAX_TARGET_CHATS_BYTES} bytes as JSON. {@link SessionStore#save} says how they are
   * stored.
   *
   * @return the chats, unmodifiable
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
   * @return the time; null before that
   */
  public @Nullable Instant createdAt() {
    return createdAt;
  }

  /**
   * Returns when a value other than {@code lastSeenAt} last changed.
   *
   * @return the time; null before it was saved
   */
  public @Nullable Instant updatedAt() {
    return updatedAt;
  }

  /**
   * Counts the changes of this session's values in the store.
   *
   * @return the number of the last change, from 1; 0 before it was saved
   */
  public long revision() {
    return revision;
  }

  /**
   * Returns the version of the key that the stored hash is encrypted with.
   *
   * @return the version, from 1; 0 if this session did not come from a store
   */
  public int keyVersion() {
    return keyVersion;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Session session
        && userId.equals(session.userId)
        && sessionId.equals(session.sessionId)
        && apiId == session.apiId
        && apiHash.equals(session.apiHash)
        && Objects.equals(username, session.username)
        && Objects.equals(phone, session.phone)
        && active == session.active
        && authorized == session.authorized
        && digitalTwinEnabled == session.digitalTwinEnabled
        && autoReplyEnabled == session.autoReplyEnabled
        && targetChats.equals(session.targetChats)
        && Objects.equals(lastSeenAt, session.lastSeenAt)
        && Objects.equals(createdAt, session.createdAt)
        && Objects.equals(updatedAt, session.updatedAt)
        && revision == session.revision
        && keyVersion == session.keyVersion;
  }

  /** Leaves out the secret, whose hash code tells nothing. */
  @Override
  public int hashCode() {
    return Objects.hash(
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

  /** Shows the ids and flags, but no secret, phone or user name. */
  @Override
  public String toString() {
    return "Session[userId=%s, sessionId=%s, apiId=%s, active=%s, authorized=%s, revision=%s]"
        .formatted(userId, sessionId, apiId, active, authorized, revision);
  }
}
