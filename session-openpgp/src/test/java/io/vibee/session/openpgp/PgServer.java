package io.vibee.session.openpgp;

import io.vibee.session.jdbc.testing.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** PostgreSQL of three majors with pgcrypto, each started once a JVM. */
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

  /** A connection to a database that has pgcrypto. */
  Connection connect() throws SQLException {
    Connection connection = open();
    try (Statement statement = connection.createStatement()) {
      statement.execute("create extension if not exists pgcrypto");
    }
    return connection;
  }

  private static final class Middle {
    static final EmbeddedPostgres SERVER = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder().start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
