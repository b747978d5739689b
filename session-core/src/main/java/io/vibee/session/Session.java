package io.vibee.session;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One Telegram account that an agent may act for.
 *
 * <p>Immutable, thread-safe. {@link #toString()} identifies the session without its secret, phone
 * or user name. Texts hold no control characters and fit the columns they are stored in.
 *
 * @param userId the Telegram user's id, unique in a store, 1 to 255 characters; {@code env-} and
 *     the account's number for an account from the environment that gives no user id
 * @param sessionId the id that the Telegram bridge issued ({@code sess_…}), unique in a store, 1 to
 *     255 characters
 * @param apiId the Telegram app's id, greater than zero
 * @param apiHash the Telegram app's hash, 1 to 255 characters without white space at either end
 * @param username the account's user name, at most 255 characters
 * @param phone the account's phone number, at most 50 characters
 * @param active whether agents load this session
 * @param authorized whether the bridge last said that the account is logged in
 * @param digitalTwinEnabled whether the account's digital twin is on
 * @param autoReplyEnabled whether the agent answers by itself
 * @param targetChats the chats to act in: ids as decimal digits, or names, all of them together at
 *     most {@value #MAX_TARGET_CHATS_BYTES} bytes as JSON; {@link SessionStore#save} says how they
 *     are stored
 * @param lastSeenAt when an agent last held this session, to the microsecond
 * @param createdAt when the store first saved it; null before that
 * @param updatedAt when a value other than {@code lastSeenAt} last changed; null before it was
 *     saved
 * @param revision counts the changes of its values in the store, from 1; 0 before it was saved
 * @param keyVersion the version of the key that the stored hash is encrypted with; 0 if it did not
 *     come from a store
 */
public record Session(
    String userId,
    String sessionId,
    int apiId,
    Secret apiHash,
    @Nullable String username,
    @Nullable String phone,
    boolean active,
    boolean authorized,
    boolean digitalTwinEnabled,
    boolean autoReplyEnabled,
    List<String> targetChats,
    @Nullable Instant lastSeenAt,
    @Nullable Instant createdAt,
    @Nullable Instant updatedAt,
    long revision,
    int keyVersion) {

  /** How long all {@code targetChats} of a session may be, in bytes of their JSON in UTF-8. */
  public static final int MAX_TARGET_CHATS_BYTES = 262_144;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a value breaks the limits above; the message names the
   *     field, not the value
   */
  public Session {
    Texts.requireId("userId", userId);
    Texts.requireId("sessionId", sessionId);
    Texts.requireApiId(apiId);
    Texts.requireSecret("apiHash", Objects.requireNonNull(apiHash, "apiHash").exposeSecret());
    Texts.requireText("username", username, 255);
    Texts.requireText("phone", phone, 50);
    targetChats = List.copyOf(targetChats);
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

  /** Shows the ids and flags, but no secret, phone or user name. */
  @Override
  public String toString() {
    return "Session[userId=%s, sessionId=%s, apiId=%d, active=%s, authorized=%s, revision=%d]"
        .formatted(userId, sessionId, apiId, active, authorized, revision);
  }
}
