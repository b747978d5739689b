package io.vibee.session.reference;

import io.vibee.session.jdbc.SessionMigrations;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes the archive of classes that start.sh passes to Java, so that they are neither looked up in
 * the jars nor verified each time. Maven runs it once the jar is made. The classes are those that a
 * {@link StartRehearsal} uses, on its own PostgreSQL and without any of the operator's variables.
 *
 * <p>Java ignores an archive made for another JDK, jar or folder. So a failure here does not fail
 * the build: {@code start.sh} only starts more slowly. Java checks no more than the header, as for
 * its own archive, and crashes on one that is damaged after it.
 */
public final class StartArchive {
  private static final List<String> FLAGS_OF_START_SH =
      List.of("-XX:+UseSerialGC", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xlog:disable");
  private static final int PATIENCE_SECONDS = 60;

  /** Has the store prepare for a key outside the database, whose classes take long to load. */
  private static final String A_KEY = "0a1b2c3d".repeat(8);

  /** Adds a session, and makes the server ask for a password as operators' servers do. */
  private static final String PREPARE =
      """
      INSERT INTO user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone) VALUES (
          '100200300', 'sess_demo0001', 94892,
          pgp_sym_encrypt('0123456789abcdef0123456789abcdef',
            (SELECT master_key FROM encryption_keys WHERE id = 1)), '+10005550123');
      """;

  private final Path jar;
  private final DemoPostgres postgres;

  private StartArchive(Path jar, DemoPostgres postgres) {
    this.jar = jar;
    this.postgres = postgres;
  }

  /**
   * Makes {@code agent.jsa} beside a jar, and {@code agent.jsa.size}, which shows that it is
   * complete.
   *
   * @param args the agent's jar
   * @throws IOException if there is no such jar
   */
  public static void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]).toRealPath();
    try (DemoPostgres postgres = DemoPostgres.start()) {
      SessionMigrations.migrate(postgres.url());
      execute(postgres, PREPARE);
      new StartArchive(jar, postgres).make(jar.resolveSibling("agent.jsa"));
    } catch (IOException | SQLException | RuntimeException e) {
      System.err.println("start.sh will start without an archive of classes: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void execute(DemoPostgres postgres, String sql) throws SQLException {
    try (Connection connection = postgres.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void make(Path archive) throws IOException, InterruptedException {
    // Put in place once it is complete, since agents may be started meanwhile.
    Path made = archive.resolveSibling("agent.jsa." + ProcessHandle.current().pid());
    try {
      java("-XX:ArchiveClassesAtExit=" + made, StartRehearsal.class.getName());
      java("-XX:SharedArchiveFile=" + made, Main.class.getName());
      sync(made); // otherwise a power failure could leave a file of this size without its content
      Files.writeString(archive.resolveSibling("agent.jsa.size"), Files.size(made) + "\n");
      move(made, archive);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private void java(String flag, String mainClass) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS_OF_START_SH);
    command.addAll(List.of(flag, "-Dvibee.home=" + postgres.folder()));
    command.addAll(List.of("-cp", jar.toString(), mainClass, "--once"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD); // warns of USER_ID and the key
    Process process = builder.start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new IOException(mainClass + " did not end");
    }
    if (process.exitValue() != 0) {
      throw new IOException(mainClass + " ended with " + process.exitValue());
    }
  }

  /** Holds nothing from this process's own environment. */
  private Map<String, String> environment() {
    return Map.of(
        "DATABASE_URL",
        postgres.url(),
        "MULTI_TENANT",
        "true",
        "USER_ID",
        "100200300",
        "ENCRYPTION_MASTER_KEY",
        A_KEY,
        "LC_ALL",
        "C.UTF-8");
  }

  private static void sync(Path file) throws IOException {
    // Opened for reading, since Java makes the file read-only.
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the folder takes no file in one step", e);
    }
  }
}
