package io.vibee.session.openpgp;

import io.vibee.session.jdbc.testing.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Three major versions of PostgreSQL with pgcrypto, each started once per JVM. */
enum PgServer {
  V14 {
    @Override
    Connection open() throws SQLException {
      return Postgres.OLDEST.createDatabase().connect();
    }
  },
  V16 {
    @Override
    Connection open() throws SQLException {
      return Middle.SERVER.getPostgresDatabase().getConnection();
    }
  },
  V18 {
    @Override
    Connection open() throws SQLException {
      return Postgres.NEWEST.createDatabase().connect();
    }
  };

  abstract Connection open() throws SQLException;

  /** Connects to a database that has pgcrypto. */
  Connection connect() throws SQLException {
    Connection connection = open();
    try (Statement statement = connection.createStatement()) {
      statement.execute("create extension if not exists pgcrypto");
    }
    return connection;
  }

  /** Prepares a server of V16, the one on the class path, that depends on nothing around it. */
  static EmbeddedPostgres.Builder builder() {
    return EmbeddedPostgres.builder()
        .setOverrideWorkingDirectory(Path.of("target", "postgres", "bin-16").toFile())
        .setPGStartupWait(Duration.ofMinutes(1))
        .setLocaleConfig("locale", "C")
        .setServerConfig("fsync", "off");
  }

  private static final class Middle {
    static final EmbeddedPostgres SERVER = start();

    private static EmbeddedPostgres start() {
      try {
        return builder().start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
