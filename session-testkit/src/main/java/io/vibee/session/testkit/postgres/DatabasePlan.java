package io.vibee.session.testkit.postgres;

import io.vibee.session.testkit.postgres.SessionDatabase.Lifetime;
import java.util.Arrays;
import java.util.List;
import org.junit.platform.commons.support.ReflectionSupport;

/** What databases a test asks for. */
record DatabasePlan(Lifetime lifetime, List<SessionFixture> fixtures) {
  DatabasePlan {
    fixtures = List.copyOf(fixtures);
  }

  static DatabasePlan of(SessionDatabase annotation) {
    return new DatabasePlan(
        annotation.lifetime(),
        Arrays.stream(annotation.fixtures())
            .<SessionFixture>map(type -> ReflectionSupport.newInstance(type))
            .toList());
  }
}
