package io.vibee.session.jdbc.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
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
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Starts servers of one major. Making a server's folder takes longer than all else about it, so it
 * is made once a checkout, and each server gets a copy that ends with it.
 *
 * @param jars the folder with the binaries, where those and the first folder are unpacked
 */
record PostgresCluster(String major, Path jars) {
  private static final int ATTEMPTS = 3;

  private static final String RULE =
      "host all " + TestDatabase.PASSWORD_ROLE + " all scram-sha-256\n";

  EmbeddedPostgres start() {
    Path data =
        Path.of("target", "postgres", "data-" + major + "-" + ProcessHandle.current().pid())
            .toAbsolutePath();
    try {
      removeLeftovers(data.getParent());
      Path original = original();
      EmbeddedPostgres server =
          onAFreePort(
              data,
              () -> {
                remove(data);
                copy(original, data);
              });
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, data)));
      return server;
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL " + major + " does not start", e);
    }
  }

  EmbeddedPostgres another(Path data, Map<String, String> settings) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setPgBinaryResolver(this::binaries)
            .setOverrideWorkingDirectory(jars.resolve("bin-" + major).toFile())
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setPGStartupWait(Duration.ofSeconds(30))
            .setLocaleConfig("locale", "C")
            .setServerConfig("unix_socket_directories", "")
            .setServerConfig("fsync", "off");
    settings.forEach(builder::setServerConfig);
    return builder.start();
  }

  @FunctionalInterface
  private interface Preparation {
    void run() throws IOException;
  }

  /** Tries another port if somebody took the first one between being found free and its use. */
  private EmbeddedPostgres onAFreePort(Path data, Preparation prepare) throws IOException {
    for (int attempt = 1; ; attempt++) {
      prepare.run();
      try {
        EmbeddedPostgres server = server(data);
        if (isOurs(server, data)) return server;
        server.close();
      } catch (IOException e) {
        if (attempt == ATTEMPTS) throw e;
      }
      if (attempt == ATTEMPTS) throw new IOException("another server takes each port first");
    }
  }

  private EmbeddedPostgres server(Path data) throws IOException {
    return EmbeddedPostgres.builder()
        .setPgBinaryResolver(this::binaries)
        .setOverrideWorkingDirectory(jars.resolve("bin-" + major).toFile())
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setPGStartupWait(Duration.ofSeconds(30))
        // The machine's environment must not influence it.
        .setLocaleConfig("locale", "C")
        .setServerConfig("timezone", "Pacific/Chatham")
        .setServerConfig("unix_socket_directories", "")
        // Nothing of it outlives the run.
        .setServerConfig("fsync", "off")
        .setServerConfig("synchronous_commit", "off")
        .setServerConfig("full_page_writes", "off")
        .setServerConfig("wal_level", "logical")
        .setServerConfig("max_connections", "300")
        .start();
  }

  /** Tells whether this server answers, and not that of a run that found the same port free. */
  private static boolean isOurs(EmbeddedPostgres server, Path data) throws IOException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show data_directory")) {
      row.next();
      return Path.of(row.getString(1)).equals(data);
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  /**
   * Leaves the folder to a process that outlives this one: hundreds of databases take so long that
   * Surefire would kill it.
   */
  private static void stop(EmbeddedPostgres server, Path data) {
    try {
      server.close();
      Processes.of("rm", "-rf", data.toString()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes what killed builds left here, their servers first. */
  private static void removeLeftovers(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "data-*")) {
      for (Path data : all) {
        String name = data.getFileName().toString();
        long builder = Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
        if (ProcessHandle.of(builder).isPresent()) continue;
        runningServer(data, name).ifPresent(ProcessHandle::destroy);
        Processes.of("rm", "-rf", data.toString()).start();
      }
    }
  }

  private static Optional<ProcessHandle> runningServer(Path data, String name) {
    try {
      long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
      return ProcessHandle.of(pid)
          .filter(server -> server.info().commandLine().orElse("").contains(name));
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // it does not run
    }
  }

  /** The folder that all servers start from; made by the first of all processes that need it. */
  private Path original() throws IOException {
    // Another one when what is put into it changes.
    String made = Integer.toHexString((RULE + Canary.PASSWORD).hashCode());
    Path original = jars.resolve("cluster-" + major + "-" + made).toAbsolutePath();
    if (Files.exists(original)) return original;
    try (FileChannel file =
            FileChannel.open(
                jars.resolve("cluster-" + major + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      if (lock.isValid() && !Files.exists(original)) {
        Path unfinished = jars.resolve("unfinished-" + major).toAbsolutePath();
        EmbeddedPostgres server = onAFreePort(unfinished, () -> remove(unfinished));
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
  private static void requirePasswords(Path data, EmbeddedPostgres server) throws IOException {
    Path hba = data.resolve("pg_hba.conf");
    Files.writeString(hba, RULE + Files.readString(hba), StandardOpenOption.TRUNCATE_EXISTING);
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
    } catch (SQLException e) {
      throw new IOException(e);
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
