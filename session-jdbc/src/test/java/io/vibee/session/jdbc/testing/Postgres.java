package io.vibee.session.jdbc.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A real server of each major that the tests run on, started once a JVM, at the first use. */
@SuppressWarnings("ImmutableEnumChecker") // the server is started late
public enum Postgres {
  OLDEST("14"),
  NEWEST("18");

  /**
   * For a {@code @ResourceLock}: the settings of the servers as a whole, which some tests change
   * and others rely on.
   */
  public static final String SETTINGS = "io.vibee.session.jdbc.testing.Postgres.settings";

  /** Where the build copied the binaries to. */
  private static final Path JARS =
      Path.of(System.getProperty("vibee.postgres.jars", "target/postgres"));

  private static final AtomicInteger databases = new AtomicInteger();

  private final String major;
  private @Nullable EmbeddedPostgres server;
  private @Nullable TestDatabase fresh;
  private @Nullable TestDatabase migrated;

  Postgres(String major) {
    this.major = major;
  }

  /** An empty database of its own, owned by a superuser. */
  public TestDatabase createDatabase() {
    return createDatabase("template1");
  }

  /** One with the tables, whose texts are stored in an encoding other than UTF8. */
  public TestDatabase createDatabaseIn(String encoding) {
    TestDatabase database =
        createDatabase("template0 encoding '" + encoding + "' lc_collate 'C' lc_ctype 'C'");
    database.migrate();
    database.changeKey(Canary.MASTER_KEY);
    return database;
  }

  /** A copy of one that was migrated once for all: a fraction of the migration's time. */
  TestDatabase createFreshDatabase() {
    return createDatabase(fresh().name());
  }

  /** A copy of one that has the canary as its key, too. */
  TestDatabase createMigratedDatabase() {
    return createDatabase(migrated().name());
  }

  /** A copy of a database of this server, which nobody may be connected to. */
  public TestDatabase createCopy(TestDatabase original) {
    return createDatabase(original.name());
  }

  private TestDatabase createDatabase(String template) {
    String name = "test_" + databases.incrementAndGet();
    execute("postgres", "create database " + name + " template " + template);
    return new TestDatabase(this, name);
  }

  private synchronized TestDatabase fresh() {
    if (fresh == null) {
      TestDatabase database = createDatabase();
      database.migrate();
      fresh = database;
    }
    return fresh;
  }

  private synchronized TestDatabase migrated() {
    if (migrated == null) {
      TestDatabase database = createFreshDatabase();
      database.changeKey(Canary.MASTER_KEY);
      migrated = database;
    }
    return migrated;
  }

  /**
   * Starts a server of the test's own, which it may crash; the test closes it.
   *
   * @param data its folder, made at the first start
   * @param settings beside the defaults of a server whose folder outlives it
   */
  public EmbeddedPostgres startAnother(Path data, Map<String, String> settings) throws IOException {
    return new PostgresCluster(major, JARS).another(data, settings);
  }

  public int port() {
    return started().getPort();
  }

  String major() {
    return major;
  }

  PGSimpleDataSource dataSource(String database, String user) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setServerNames(new String[] {"localhost"});
    dataSource.setPortNumbers(new int[] {port()});
    dataSource.setDatabaseName(database);
    dataSource.setUser(user);
    dataSource.setLogServerErrorDetail(false);
    dataSource.setPrepareThreshold(0);
    return dataSource;
  }

  void execute(String database, String sql) {
    try (Connection connection = dataSource(database, "postgres").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError("setting up PostgreSQL " + major, e);
    }
  }

  private synchronized EmbeddedPostgres started() {
    if (server == null) server = new PostgresCluster(major, JARS).start();
    return server;
  }
}
