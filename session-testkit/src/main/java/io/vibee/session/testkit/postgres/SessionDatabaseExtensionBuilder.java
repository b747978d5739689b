package io.vibee.session.testkit.postgres;

import io.vibee.session.testkit.postgres.SessionDatabase.Lifetime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Builds a {@link SessionDatabaseExtension}. Not thread-safe. */
public final class SessionDatabaseExtensionBuilder {
  private final List<SessionFixture> fixtures = new ArrayList<>();
  private Lifetime lifetime = Lifetime.METHOD;

  SessionDatabaseExtensionBuilder() {}

  /**
   * Makes all methods of the outermost test class share one database.
   *
   * @return this builder
   */
  public SessionDatabaseExtensionBuilder perClass() {
    lifetime = Lifetime.CLASS;
    return this;
  }

  /**
   * Puts sessions into each database before the test starts, after any fixtures added earlier.
   *
   * @param fixture puts the sessions in
   * @return this builder
   */
  public SessionDatabaseExtensionBuilder seed(SessionFixture fixture) {
    fixtures.add(Objects.requireNonNull(fixture, "fixture"));
    return this;
  }

  /**
   * Builds the extension, for a field with {@code @RegisterExtension}.
   *
   * @return the extension
   */
  public SessionDatabaseExtension build() {
    List<SessionFixture> copy = List.copyOf(fixtures);
    return new SessionDatabaseExtension(new DatabasePlan(lifetime, () -> copy));
  }
}
