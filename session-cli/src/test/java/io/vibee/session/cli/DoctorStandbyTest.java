package io.vibee.session.cli;

import static io.vibee.session.cli.DoctorChecks.check;
import static io.vibee.session.cli.DoctorChecks.doctor;

import io.vibee.session.jdbc.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that was stopped and started again as a standby. */
@Tag("slow")
class DoctorStandbyTest {
  private static final Path JARS = Path.of(System.getProperty("vibee.postgres.jars"));

  @Test
  void saysThatAStandbyTakesNoWrites(@TempDir Path folder) throws Exception {
    Path data = folder.resolve("data");
    try (EmbeddedPostgres server = start(data);
        Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(TestDatabase.migration());
    }
    Files.createFile(data.resolve("standby.signal"));
    try (EmbeddedPostgres server = start(data)) {
      CliRun.Result result =
          doctor("postgresql://postgres@localhost:" + server.getPort() + "/postgres");
      check(result, 0, "standby", "warning", "is a standby", "target_session_attrs=read-write");
      check(result, 0, "sequences", "ok");
    }
  }

  private static EmbeddedPostgres start(Path data) throws IOException {
    return EmbeddedPostgres.builder()
        .setPgBinaryResolver((system, hardware) -> binaries())
        .setOverrideWorkingDirectory(JARS.resolve("bin-18").toFile())
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setLocaleConfig("locale", "C")
        .setServerConfig("unix_socket_directories", "")
        .setServerConfig("fsync", "off")
        .start();
  }

  private static InputStream binaries() throws IOException {
    try (JarFile jar = new JarFile(JARS.resolve("18.jar").toFile())) {
      JarEntry entry =
          jar.stream()
              .filter(candidate -> candidate.getName().endsWith(".txz"))
              .findFirst()
              .orElseThrow();
      try (InputStream in = jar.getInputStream(entry)) {
        return new ByteArrayInputStream(in.readAllBytes());
      }
    }
  }
}
