package io.vibee.session.jdbc.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A real server of each major that the tests run on, started once a JVM, at the first use. */
@SuppressWarnings("ImmutableEnumChecker") // the server is started late
public enum Postgres {
  OLDEST("14"),
  NEWEST("18");

  /** Where the build copied the binaries to. */
  private static final Path JARS =
      Path.of(System.getProperty("vibee.postgres.jars", "target/postgres"));

  private static final AtomicInteger databases = new AtomicInteger();

  private final String major;
  private @Nullable EmbeddedPostgres server;
  private @Nullable TestDatabase migrated;

  Postgres(String major) {
    this.major = major;
  }

  /** An empty database of its own, owned by a superuser. */
  public TestDatabase createDatabase() {
    return createDatabase("template1");
  }

  /**
   * A copy of one that was migrated once for all, which takes a fraction of the migration's time.
   */
  TestDatabase createMigratedDatabase() {
    return createDatabase(migrated().name());
  }

  private TestDatabase createDatabase(String template) {
    String name = "test_" + databases.incrementAndGet();
    execute("postgres", "create database " + name + " template " + template);
    return new TestDatabase(this, name);
  }

  private synchronized TestDatabase migrated() {
    if (migrated == null) {
      TestDatabase database = createDatabase();
      database.migrate();
      database.changeKey(Canary.MASTER_KEY);
      migrated = database;
    }
    return migrated;
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
    if (server == null) server = start();
    return server;
  }

  private EmbeddedPostgres start() {
    Path data =
        Path.of("target", "postgres", "data-" + major + "-" + ProcessHandle.current().pid());
    try {
      EmbeddedPostgres started =
          EmbeddedPostgres.builder()
              .setPgBinaryResolver(new Binaries(JARS.resolve(major + ".jar")))
              .setOverrideWorkingDirectory(Path.of("target", "postgres", "bin-" + major).toFile())
              .setDataDirectory(data)
              .setServerConfig("fsync", "off")
              .setServerConfig("max_connections", "200")
              .start();
      requirePasswords(data, started);
      return started;
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("PostgreSQL " + major + " does not start", e);
    }
  }

  /** Roles named secret_… log in by password; all others are trusted. */
  private static void requirePasswords(Path data, EmbeddedPostgres server)
      throws IOException, SQLException {
    Path hba = data.resolve("pg_hba.conf");
    String rules = Files.readString(hba);
    Files.writeString(
        hba,
        "host all " + TestDatabase.PASSWORD_ROLE + " all scram-sha-256\n" + rules,
        StandardOpenOption.TRUNCATE_EXISTING);
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      TestDatabase.setVariable(connection, "test.password", Canary.PASSWORD);
      statement.execute(
          """
          do $$ begin
            set local password_encryption = 'scram-sha-256';
            execute format('create role %s login password %%L', current_setting('test.password'));
          end $$
          """
              .formatted(TestDatabase.PASSWORD_ROLE));
      statement.execute("select pg_reload_conf()");
    }
  }

  /** Reads the binaries of one major from the jar that the build copied. */
  private record Binaries(Path jar) implements PgBinaryResolver {
    @Override
    public InputStream getPgBinary(String system, String machineHardware) throws IOException {
      try (JarFile file = new JarFile(jar.toFile())) {
        var entry =
            file.stream()
                .filter(candidate -> candidate.getName().endsWith(".txz"))
                .findFirst()
                .orElseThrow(
                    () -> new UncheckedIOException(new IOException("no binaries in " + jar)));
        return new java.io.ByteArrayInputStream(file.getInputStream(entry).readAllBytes());
      }
    }
  }
}
