package io.vibee.session;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the activity log, which outlives the session that it is about.
 *
 * <p>Agents add entries of their own types, or of the types from {@link #LOGIN} to {@link #ERROR};
 * the store adds one for every change, of a type from {@link #SESSION_CREATED} to {@link
 * #KEY_PRUNED}. Details of the store's entries: {@code actor}, see {@link
 * ManagedSessionStore#actingAs}; {@code changed}, in entries about changed sessions, a list of the
 * columns that changed, such as {@code phone} and {@code api_hash}, never their values; {@code
 * previous_session_id} where that changed. A store that seals hashes to the ids of their sessions
 * also names {@code api_hash} where an id changed. A store may add more.
 *
 * @param id grows with each entry
 * @param sessionId the session; {@value #ALL_SESSIONS} for what concerns all sessions
 * @param userId the user of the session at that time; null in entries from before the log had this
 *     column
 * @param type what happened
 * @param details more about it, as JSON values: texts, numbers, booleans, null, lists and maps;
 *     only {@code truncated_bytes}, their length, where the store left them out because they or the
 *     page were too long
 * @param createdAt when it happened
 */
public record Activity(
    long id,
    String sessionId,
    @Nullable String userId,
    String type,
    Map<String, @Nullable Object> details,
    Instant createdAt) {

  /** How long the details of an entry may be, in bytes of their JSON in UTF-8. */
  public static final int MAX_DETAILS_BYTES = 32_768;

  /** The account logged in to Telegram. */
  public static final String LOGIN = "login";

  /** The account logged out of Telegram. */
  public static final String LOGOUT = "logout";

  /** The agent sent a message. */
  public static final String MESSAGE_SENT = "message_sent";

  /** Something failed. */
  public static final String ERROR = "error";

  /** A user got a session. */
  public static final String SESSION_CREATED = "session_created";

  /** Values of a session changed in a way that none of the following types describes. */
  public static final String SESSION_UPDATED = "session_updated";

  /** A session was activated, and nothing else about it changed. */
  public static final String SESSION_ACTIVATED = "session_activated";

  /** A session was deactivated, and nothing else about it changed. */
  public static final String SESSION_DEACTIVATED = "session_deactivated";

  /** A session was marked as authorized, and nothing else about it changed. */
  public static final String SESSION_AUTHORIZED = "session_authorized";

  /** A session was marked as not authorized, and nothing else about it changed. */
  public static final String SESSION_UNAUTHORIZED = "session_unauthorized";

  /** A session was deleted. */
  public static final String SESSION_DELETED = "session_deleted";

  /** The store got a new current key, see {@link KeyRotation#changeKey}. */
  public static final String KEY_CHANGED = "key_changed";

  /**
   * No session is encrypted with a key of that version any more, see {@link KeyRotation#rotate}.
   */
  public static final String KEY_RETIRED = "key_retired";

  /** A key was deleted, see {@link KeyRotation#prune}. */
  public static final String KEY_PRUNED = "key_pruned";

  /** The store found a hash that is not what it sealed for that session. */
  public static final String TAMPERING_DETECTED = "tampering_detected";

  /** The session id of entries that concern every session, such as a key change. */
  public static final String ALL_SESSIONS = "*";

  /** Checks that nothing is missing, and copies the details. */
  public Activity {
    Objects.requireNonNull(sessionId, "sessionId");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(createdAt, "createdAt");
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }
}
