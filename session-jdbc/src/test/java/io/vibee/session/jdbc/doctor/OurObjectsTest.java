package io.vibee.session.jdbc.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares the lists with what the migration makes on a real database. */
class OurObjectsTest {
  @ParameterizedTest
  @EnumSource
  void knowEveryFunctionOfTheMigration(Postgres postgres) {
    assertThat(
            TestDatabase.migrated(postgres)
                .query(
                    "select proname || '(' || oidvectortypes(proargtypes) || ')' from pg_proc"
                        + " where pronamespace = 'public'::regnamespace and proname ~ '^session_'"))
        .containsExactlyInAnyOrderElementsOf(OurObjects.allFunctions());
  }

  @ParameterizedTest
  @EnumSource
  void knowEveryTriggerOfTheMigration(Postgres postgres) {
    assertThat(
            TestDatabase.migrated(postgres)
                .query(
                    "select c.relname || '.' || t.tgname from pg_trigger t"
                        + " join pg_class c on c.oid = t.tgrelid where not t.tgisinternal"))
        .containsExactlyInAnyOrderElementsOf(OurObjects.allTriggers());
  }
}
