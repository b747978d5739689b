package io.vibee.session.testkit;

import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import org.jspecify.annotations.Nullable;

/**
 * AssertJ assertions for sessions and stores, to import statically next to AssertJ's own.
 *
 * <p>Failures show no secret, phone or user name. AssertJ's own assertions show no secret either;
 * when they compare field by field ({@code usingRecursiveComparison()}) they find no text inside
 * one either, so tell them to compare {@link io.vibee.session.Secret} with {@code equals}.
 *
 * <pre>{@code
 * assertThat(session).hasUserId("100200300").isActive().hasApiHash(hash);
 * assertThat(store).hasActiveUsers("100200300", "100200301").hasNothingUnreadable();
 * }</pre>
 */
public final class SessionAssertions {
  private SessionAssertions() {}

  /**
   * Starts assertions about a session.
   *
   * @param actual the session
   * @return the assertions
   */
  public static SessionAssert assertThat(@Nullable Session actual) {
    return new SessionAssert(actual);
  }

  /**
   * Starts assertions about what a store holds. Each of them reads from the store.
   *
   * @param actual the store, which stays open
   * @return the assertions
   */
  public static SessionStoreAssert assertThat(@Nullable SessionStore actual) {
    return new SessionStoreAssert(actual);
  }
}
