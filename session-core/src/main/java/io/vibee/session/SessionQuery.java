package io.vibee.session;

import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions to list, in the order in which they were added.
 *
 * <p>Immutable, thread-safe; two queries are equal if they ask for the same.
 */
public final class SessionQuery {
  /** The most sessions that one call returns. */
  public static final int MAXIMUM = 1000;

  /** Which sessions to list, by whether agents load them. */
  public enum State {
    /** All sessions. */
    ANY,
    /** Those that agents load. */
    ACTIVE,
    /** Those that agents do not load. */
    INACTIVE
  }

  private final State state;
  private final OptionalLong after;
  private final int limit;

  private SessionQuery(State state, OptionalLong after, int limit) {
    if (limit < 1 || limit > MAXIMUM) {
      throw new IllegalArgumentException("limit must be 1 to " + MAXIMUM);
    }
    this.state = state;
    this.after = after;
    this.limit = limit;
  }

  /**
   * Asks for the first active sessions.
   *
   * @param limit at most this many, 1 to {@value #MAXIMUM}
   * @return the query
   * @throws IllegalArgumentException if the limit is out of bounds
   */
  public static SessionQuery active(int limit) {
    return of(State.ACTIVE, limit);
  }

  /**
   * Asks for the first inactive sessions.
   *
   * @param limit at most this many, 1 to {@value #MAXIMUM}
   * @return the query
   * @throws IllegalArgumentException if the limit is out of bounds
   */
  public static SessionQuery inactive(int limit) {
    return of(State.INACTIVE, limit);
  }

  /**
   * Asks for the first sessions, active or not.
   *
   * @param limit at most this many, 1 to {@value #MAXIMUM}
   * @return the query
   * @throws IllegalArgumentException if the limit is out of bounds
   */
  public static SessionQuery all(int limit) {
    return of(State.ANY, limit);
  }

  private static SessionQuery of(State state, int limit) {
    return new SessionQuery(state, OptionalLong.empty(), limit);
  }

  /**
   * Asks for the next page: sessions added after the last one that was read.
   *
   * @param id the {@link SessionSummary#id()} of the last session of the previous page
   * @return the query of the next page
   */
  public SessionQuery after(long id) {
    return new SessionQuery(state, OptionalLong.of(id), limit);
  }

  /**
   * Asks the same with another limit.
   *
   * @param most at most this many, 1 to {@value #MAXIMUM}
   * @return the query
   * @throws IllegalArgumentException if the limit is out of bounds
   */
  public SessionQuery limit(int most) {
    return new SessionQuery(state, after, most);
  }

  /**
   * Returns which sessions to list.
   *
   * @return their state
   */
  public State state() {
    return state;
  }

  /**
   * Returns after which session the page starts.
   *
   * @return the {@link SessionSummary#id()} of that session; empty for the first page
   */
  public OptionalLong after() {
    return after;
  }

  /**
   * Returns how many sessions to list at most.
   *
   * @return 1 to {@value #MAXIMUM}
   */
  public int limit() {
    return limit;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SessionQuery query
        && state == query.state
        && after.equals(query.after)
        && limit == query.limit;
  }

  @Override
  public int hashCode() {
    return Objects.hash(state, after, limit);
  }

  @Override
  public String toString() {
    return "SessionQuery[state=%s, after=%s, limit=%s]".formatted(state, after, limit);
  }
}
