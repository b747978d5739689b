package io.vibee.session;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the activity log to read, newest first.
 *
 * <p>Immutable, thread-safe; two queries are equal if they ask for the same.
 */
public final class ActivityQuery {
  /** The most entries that one call returns. */
  public static final int MAXIMUM = 1000;

  private final @Nullable String sessionId;
  private final OptionalLong before;
  private final int limit;

  private ActivityQuery(@Nullable String sessionId, OptionalLong before, int limit) {
    if (limit < 1 || limit > MAXIMUM) {
      throw new IllegalArgumentException("limit must be 1 to " + MAXIMUM);
    }
    this.sessionId = sessionId;
    this.before = before;
    this.limit = limit;
  }

  /**
   * Asks for the newest entries of all sessions.
   *
   * @param limit at most this many, 1 to {@value #MAXIMUM}
   * @return the query
   * @throws IllegalArgumentException if the limit is out of bounds
   */
  public static ActivityQuery latest(int limit) {
    return new ActivityQuery(null, OptionalLong.empty(), limit);
  }

  /**
   * Narrows this query to one session.
   *
   * @param id the session's id
   * @return the narrower query
   */
  public ActivityQuery ofSession(String id) {
    return new ActivityQuery(Objects.requireNonNull(id, "id"), before, limit);
  }

  /**
   * Asks for the next page: entries older than the last one that was read.
   *
   * @param id the id of the last entry of the previous page
   * @return the query of the next page
   */
  public ActivityQuery before(long id) {
    return new ActivityQuery(sessionId, OptionalLong.of(id), limit);
  }

  /**
   * Returns whose entries to read.
   *
   * @return the session's id; empty for all sessions
   */
  public Optional<String> sessionId() {
    return Optional.ofNullable(sessionId);
  }

  /**
   * Returns before which entry the page starts.
   *
   * @return the {@link Activity#id()} of that entry; empty for the newest entries
   */
  public OptionalLong before() {
    return before;
  }

  /**
   * Returns how many entries to read at most.
   *
   * @return 1 to {@value #MAXIMUM}
   */
  public int limit() {
    return limit;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ActivityQuery query
        && Objects.equals(sessionId, query.sessionId)
        && before.equals(query.before)
        && limit == query.limit;
  }

  @Override
  public int hashCode() {
    return Objects.hash(sessionId, before, limit);
  }

  @Override
  public String toString() {
    return "ActivityQuery[sessionId=%s, before=%s, limit=%s]".formatted(sessionId, before, limit);
  }
}
