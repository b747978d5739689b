package io.vibee.session.testkit.postgres;

import io.vibee.session.testkit.postgres.SessionDatabase.Lifetime;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * The kind of database that a test asks for.
 *
 * @param fixtures makes new fixtures for each database
 */
record DatabasePlan(Lifetime lifetime, Supplier<List<SessionFixture>> fixtures) {

  static DatabasePlan of(SessionDatabase annotation) {
    return new DatabasePlan(
        annotation.lifetime(),
        () ->
            Arrays.stream(annotation.fixtures())
                .<SessionFixture>map(type -> ReflectionSupport.newInstance(type))
                .toList());
  }
}
