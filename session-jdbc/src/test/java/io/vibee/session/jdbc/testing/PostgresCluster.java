package io.vibee.session.jdbc.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Starts servers of one major. Making a server's folder takes longer than all else about it, so it
 * is made once a checkout, and each server gets a copy that ends with it.
 *
 * @param jars the folder with the binaries, where those and the first folder are unpacked
 */
record PostgresCluster(String major, Path jars) {
  /** Two servers that start at once may be told of the same free port. */
  private static final int ATTEMPTS = 5;

  EmbeddedPostgres start() {
    try {
      Path original = original();
      for (int attempt = 1; ; attempt++) {
        Path data =
            Path.of("target", "postgres", "data-" + major + "-" + ProcessHandle.current().pid())
                .toAbsolutePath();
        remove(data);
        copy(original, data);
        EmbeddedPostgres server = server(data);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, data)));
        if (isOurs(server, data)) return server;
        stop(server, data);
        if (attempt == ATTEMPTS) throw new IOException("its port is always taken");
      }
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("PostgreSQL " + major + " does not start", e);
    }
  }

  private EmbeddedPostgres server(Path data) throws IOException {
    return EmbeddedPostgres.builder()
        .setPgBinaryResolver(this::binaries)
        .setOverrideWorkingDirectory(jars.resolve("bin-" + major).toFile())
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setPGStartupWait(Duration.ofMinutes(1))
        // What the machine's environment says has no part in it.
        .setLocaleConfig("locale", "C")
        .setServerConfig("timezone", "Pacific/Chatham")
        // Nothing of it outlives the run.
        .setServerConfig("fsync", "off")
        .setServerConfig("synchronous_commit", "off")
        .setServerConfig("full_page_writes", "off")
        .setServerConfig("max_connections", "300")
        .start();
  }

  /** Whose server answers, where another one has taken the port. */
  private static boolean isOurs(EmbeddedPostgres server, Path data) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show data_directory")) {
      row.next();
      return Path.of(row.getString(1)).equals(data);
    }
  }

  private static void stop(EmbeddedPostgres server, Path data) {
    try {
      server.close();
      remove(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder that all servers start from; made by the first of all processes that need it. */
  private Path original() throws IOException, SQLException {
    Path original = jars.resolve("cluster-" + major).toAbsolutePath();
    if (Files.exists(original)) return original;
    try (FileChannel file =
            FileChannel.open(
                jars.resolve("cluster-" + major + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      if (lock.isValid() && !Files.exists(original)) {
        Path unfinished = jars.resolve("unfinished-" + major).toAbsolutePath();
        remove(unfinished);
        EmbeddedPostgres server = server(unfinished);
        try {
          requirePasswords(unfinished, server);
        } finally {
          server.close();
        }
        Files.move(unfinished, original, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    return original;
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
    }
  }

  /** Reads the binaries of one major from the jar that the build copied. */
  private InputStream binaries(String system, String hardware) throws IOException {
    Path jar = jars.resolve(major + ".jar");
    try (JarFile file = new JarFile(jar.toFile())) {
      var entry =
          file.stream()
              .filter(candidate -> candidate.getName().endsWith(".txz"))
              .findFirst()
              .orElseThrow(() -> new IOException("no binaries in " + jar));
      return new ByteArrayInputStream(file.getInputStream(entry).readAllBytes());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(
            file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.notExists(folder)) return;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(file);
      }
    }
  }
}
