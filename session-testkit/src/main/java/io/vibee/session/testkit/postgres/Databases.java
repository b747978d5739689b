package io.vibee.session.testkit.postgres;

import io.vibee.session.jdbc.DatabaseUrl;
import io.vibee.session.jdbc.SessionMigrations;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The databases of one run on one server: copies of a template, which is migrated once. All of them
 * bear the run's number in their name, and so does this run's connection, by which another run on
 * the same server sees that it is alive.
 */
final class Databases {
  private static final Logger log = LoggerFactory.getLogger(Databases.class);

  private static final String PREFIX = "vibee_testkit_";

  /** Of this role, and of runs that have no connection any more. */
  private static final String LEFT_BEHIND =
      """
      select datname from pg_database
       where datname ~ '^vibee_testkit_[0-9a-f]{12}_'
         and datdba = (select oid from pg_roles where rolname = current_user)
         and left(datname, 26) not in (select application_name from pg_stat_activity)
      """;

  private final PostgresServer server;
  private final String run = PREFIX + HexFormat.of().formatHex(randomBytes());
  private final String template = run + "_template";
  private final AtomicInteger made = new AtomicInteger();
  private @Nullable Connection admin;

  private Databases(PostgresServer server) {
    this.server = server;
  }

  private static byte[] randomBytes() {
    byte[] bytes = new byte[6];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  static Databases on(PostgresServer server) {
    Databases databases = new Databases(server);
    try {
      if (server.shared()) databases.dropLeftBehind();
      databases.execute("create database " + databases.template + " template template0");
      SessionMigrations.migrate(DatabaseUrl.parse(server.url(databases.template)).toDataSource());
      return databases;
    } catch (RuntimeException e) {
      databases.close();
      throw e;
    }
  }

  private void dropLeftBehind() {
    List<String> names = new ArrayList<>();
    try (Statement statement = admin().createStatement();
        ResultSet row = statement.executeQuery(LEFT_BEHIND)) {
      while (row.next()) names.add(row.getString(1));
    } catch (SQLException e) {
      throw failed(e);
    }
    if (!names.isEmpty()) log.info("dropping {} databases of runs that were killed", names.size());
    names.forEach(this::drop);
  }

  TestDatabase create() {
    String name = run + "_" + made.incrementAndGet();
    execute("create database " + name + " template " + template);
    return new TestDatabase(name, server.url(name));
  }

  void drop(TestDatabase database) {
    database.store().close();
    drop(database.name());
  }

  private void drop(String name) {
    execute("drop database if exists " + name + " with (force)");
  }

  private synchronized void execute(String sql) {
    try (Statement statement = admin().createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private synchronized Connection admin() throws SQLException {
    if (admin == null || !admin.isValid(5)) {
      admin = DatabaseUrl.parse(server.maintenanceUrl()).toDataSource().getConnection();
      try (Statement statement = admin.createStatement()) {
        statement.execute("set application_name = '" + run + "'");
      }
    }
    return admin;
  }

  private RuntimeException failed(SQLException e) {
    String advice =
        "42501".equals(e.getSQLState())
            ? "; give the role of vibee.testkit.postgres.url the right: alter role … createdb"
            : "";
    return new ExtensionConfigurationException(
        "%s fails: %s%s".formatted(server.description(), e.getMessage(), advice), e);
  }

  /** Drops what is there, and stops a server that was started for this run. */
  synchronized void close() {
    try {
      if (server.shared() && admin != null) drop(template);
      if (admin != null) admin.close();
    } catch (SQLException | RuntimeException e) {
      log.warn("{} could not be cleaned up: {}", server.description(), e.getMessage());
    } finally {
      server.stop();
    }
  }
}
