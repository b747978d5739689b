package io.vibee.session;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the activity log, which outlives the session that it speaks of.
 *
 * @param id grows with each entry
 * @param sessionId the session; {@value #ALL_SESSIONS} for what concerns every one
 * @param userId the user of the session at that time; null in entries older than this column
 * @param type what happened
 * @param details more about it, as JSON values: texts, numbers, booleans, null, lists and maps
 * @param createdAt when
 */
public record Activity(
    long id,
    String sessionId,
    @Nullable String userId,
    String type,
    Map<String, @Nullable Object> details,
    Instant createdAt) {

  /** The account logged in to Telegram. */
  public static final String LOGIN = "login";

  /** The account logged out of Telegram. */
  public static final String LOGOUT = "logout";

  /** The agent sent a message. */
  public static final String MESSAGE_SENT = "message_sent";

  /** Something failed. */
  public static final String ERROR = "error";

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
