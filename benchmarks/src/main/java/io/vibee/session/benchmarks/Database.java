package io.vibee.session.benchmarks;

import io.vibee.session.jdbc.SessionMigrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** A PostgreSQL of the benchmark's own, with many made-up sessions. */
final class Database implements AutoCloseable {
  /** Encrypts as the trigger does, so that both do the same work. */
  private static final String HAND_WRITTEN =
      """
      update bare set key_version = key_version + 1, api_hash_encrypted = pgp_sym_encrypt(
               pgp_sym_decrypt(api_hash_encrypted, (select master_key from encryption_keys where version = 1)),
               (select master_key from encryption_keys where version = 1),
               'cipher-algo=aes256, compress-algo=0, s2k-mode=3, s2k-digest-algo=sha256, s2k-count=1024')
      """;

  private static final String DEFAULT = "postgres";

  private final Closeable server;
  private final int port;

  Database() {
    this(embedded(Map.of()));
  }

  /** Starts one with settings that differ from those that the embedded server usually has. */
  Database(Map<String, String> settings) {
    this(embedded(settings));
  }

  private Database(EmbeddedPostgres server) {
    this(server, server.getPort());
  }

  /** Uses a server that listens to a port of this machine, and stops it when it is closed. */
  Database(Closeable server, int port) {
    this.server = server;
    this.port = port;
  }

  private static EmbeddedPostgres embedded(Map<String, String> settings) {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(Path.of("benchmarks", "target", "postgres").toFile());
    settings.forEach(builder::setServerConfig);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return url(DEFAULT);
  }

  /** Returns a URL for the library. */
  String url(String database) {
    return "postgresql://postgres@localhost:" + port() + "/" + database;
  }

  /** Returns a URL for drivers. */
  String jdbcUrl(String database) {
    return "jdbc:postgresql://localhost:" + port() + "/" + database + "?user=postgres";
  }

  int port() {
    return port;
  }

  void create(String database) {
    execute("create database " + database);
  }

  String version() {
    return value("show server_version");
  }

  /**
   * Makes sessions, and a bare copy of their table: the same columns, indexes and rows, no
   * triggers.
   */
  void fill(int sessions) {
    SessionMigrations.migrate(url());
    execute(
        """
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone)
          select 'user_' || g, 'sess_' || g, 94892, session_hash_encrypt(md5(g::text),
                   (select master_key from encryption_keys where id = 1)), '+10005550123'
            from generate_series(1, %d) g
        """
            .formatted(sessions));
    execute("create table bare (like user_sessions including defaults including indexes)");
    execute("insert into bare select * from user_sessions");
    settle();
  }

  /** Runs the reference for a rotation: one statement over all rows, rolled back. */
  void updateByHand() {
    execute("begin; " + HAND_WRITTEN + "; rollback");
  }

  /** Vacuums, so that no run pays for the dead rows of the previous one. */
  void settle() {
    execute("vacuum analyze user_sessions");
    execute("vacuum analyze bare");
    execute("checkpoint");
  }

  void execute(String sql) {
    execute(DEFAULT, sql);
  }

  /** Runs one statement or several. */
  void execute(String database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private String value(String sql) {
    return value(DEFAULT, sql);
  }

  /** Returns the first column of the first row. */
  String value(String database, String sql) {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
