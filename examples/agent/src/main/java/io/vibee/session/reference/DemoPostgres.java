package io.vibee.session.reference;

import io.vibee.session.Secret;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * A PostgreSQL server in its own temporary folder; closing it leaves nothing of either behind.
 *
 * <p>Its superuser can run programs as the user who started it, and other users of the machine can
 * reach its port. So it asks for a password that is generated for it, and its processes inherit
 * nothing from this one's environment, in which an operator keeps keys and tokens.
 */
record DemoPostgres(EmbeddedPostgres postgres, Path folder, Secret password)
    implements AutoCloseable {

  static DemoPostgres start() throws IOException {
    // A new folder, since programs are unpacked and run there: nobody else may write to it.
    Path folder = Files.createTempDirectory("vibee-demo");
    Secret password = newPassword();
    Path passwordFile = folder.resolve("password");
    try {
      makeReadable(folder);
      // In a file, since every user of the machine could see an argument.
      Files.createFile(passwordFile, DemoPrograms.ownerOnly(folder));
      Files.writeString(passwordFile, password.exposeSecret());
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .setOverrideWorkingDirectory(folder.toFile())
              .setDataDirectory(folder.resolve("data"))
              .setRegisterShutdownHook(false) // those who use it end first
              .setLocaleConfig("locale", "C") // the machine's may not be installed
              // These are passed on to initdb too, where the last --auth counts.
              .setLocaleConfig("auth", "scram-sha-256")
              .setLocaleConfig("pwfile", passwordFile.toString())
              .setConnectConfig("password", password.exposeSecret())
              .setDataDirectoryCustomizer(data -> DemoPrograms.hideEnvironment(folder))
              .start();
      Files.delete(passwordFile);
      return new DemoPostgres(postgres, folder, password);
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  /** Started by root, PostgreSQL runs as another user, who has to read the folder. */
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

  /** Makes a password of letters and digits, which need no escapes in a URL. */
  private static Secret newPassword() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return Secret.of(HexFormat.of().formatHex(bytes));
  }

  /** Returns the URL, with the password in it. */
  String url() {
    return "postgresql://postgres:%s@localhost:%s/postgres"
        .formatted(password.exposeSecret(), postgres.getPort());
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
