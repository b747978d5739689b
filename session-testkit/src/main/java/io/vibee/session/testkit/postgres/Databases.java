package io.vibee.session.testkit.postgres;

import io.vibee.session.SessionException;
import io.vibee.session.jdbc.SessionMigrations;
import io.vibee.session.jdbc.url.DatabaseUrl;
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
 * The databases of one run on one server: copies of a template, which is migrated once. All of
 * their names contain the run's number, and so does the name of this run's own connection. As long
 * as a run has that connection, or one to any of its databases, other runs on the same server
 * consider it alive.
 */
final class Databases {
  private static final Logger log = LoggerFactory.getLogger(Databases.class);

  private static final String PREFIX = "vibee_testkit_";

  private static final String LACKS_RIGHT = "42501";

  /** Databases of this role whose runs have no connection any longer. */
  private static final String LEFT_BEHIND =
      """
      select datname from pg_database d
       where datname ~ '^vibee_testkit_[0-9a-f]{12}_'
         and datdba = (select oid from pg_roles where rolname = current_user)
         and not exists (select from pg_stat_activity
                          where application_name = left(d.datname, 26)
                             or left(datname, 26) = left(d.datname, 26))
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
      databases.create(databases.template, "template0");
      databases.migrate();
      return databases;
    } catch (RuntimeException e) {
      databases.close();
      throw e;
    }
  }

  private void migrate() {
    try {
      SessionMigrations.migrate(DatabaseUrl.parse(server.url(template)).toDataSource());
    } catch (SessionException e) {
      throw failed(e, "");
    }
  }

  private void dropLeftBehind() {
    List<String> names = new ArrayList<>();
    try (Statement statement = admin().createStatement();
        ResultSet row = statement.executeQuery(LEFT_BEHIND)) {
      while (row.next()) names.add(row.getString(1));
    } catch (SQLException e) {
      throw failed(e, "");
    }
    if (!names.isEmpty()) log.info("dropping {} databases of runs that were killed", names.size());
    names.forEach(this::drop);
  }

  TestDatabase create() {
    String name = run + "_" + made.incrementAndGet();
    create(name, template);
    return new TestDatabase(name, server.url(name));
  }

  private void create(String name, String from) {
    try {
      execute("create database " + name + " template " + from);
    } catch (SQLException e) {
      throw failed(
          e,
          LACKS_RIGHT.equals(e.getSQLState())
              ? "; let the role of vibee.testkit.postgres.url do that: alter role … createdb"
              : "");
    }
  }

  void drop(TestDatabase database) {
    database.store().close();
    drop(database.name());
  }

  /**
   * Leaves a database that cannot be dropped, since a superuser is connected for example, to the
   * next run.
   */
  private void drop(String name) {
    try {
      execute("drop database if exists " + name + " with (force)");
    } catch (SQLException e) {
      log.warn("database {} is left for the next run to drop: {}", name, e.getMessage());
    }
  }

  private synchronized void execute(String sql) throws SQLException {
    try (Statement statement = admin().createStatement()) {
      statement.execute(sql);
    }
  }

  private synchronized Connection admin() throws SQLException {
    if (admin == null || !admin.isValid(5)) {
      admin = DatabaseUrl.parse(server.maintenanceUrl()).toDataSource().getConnection();
      try (Statement statement = admin.createStatement()) {
        statement.execute("set application_name = '" + run + "'");
        statement.execute("set idle_session_timeout = 0"); // alive, however long a test takes
      }
    }
    return admin;
  }

  private ExtensionConfigurationException failed(Exception e, String advice) {
    return new ExtensionConfigurationException(
        server.description() + " fails: " + e.getMessage() + advice, e);
  }

  /** Drops this run's databases, and stops a server that was started for it. */
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
