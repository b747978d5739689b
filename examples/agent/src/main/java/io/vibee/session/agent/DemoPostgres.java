package io.vibee.session.agent;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** A PostgreSQL in a temporary folder of its own; nothing of either is left after it is closed. */
record DemoPostgres(EmbeddedPostgres postgres, Path folder) implements AutoCloseable {

  static DemoPostgres start() throws IOException {
    // Of its own: programs are unpacked and run there, so nobody else may write to it.
    Path folder = Files.createTempDirectory("vibee-demo");
    try {
      makeReadable(folder);
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(folder.toFile())
              .setDataDirectory(folder.resolve("data"))
              .setRegisterShutdownHook(false) // its users end first
              .setLocaleConfig("locale", "C") // the machine may name one that it does not have
              .start();
      return new DemoPostgres(postgres, folder);
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  /** As root, PostgreSQL runs as another user. */
  private static void makeReadable(Path folder) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  String url() {
    return "postgresql://postgres@localhost:" + postgres.getPort() + "/postgres";
  }

  DataSource dataSource() {
    return postgres.getPostgresDatabase();
  }

  @Override
  public void close() throws IOException {
    try {
      postgres.close();
    } finally {
      delete(folder);
    }
  }
}
