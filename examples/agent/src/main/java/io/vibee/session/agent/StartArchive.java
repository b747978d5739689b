package io.vibee.session.agent;

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
 * Makes the archive of classes that start.sh hands to Java, so that they are neither looked for in
 * the jars nor verified again each time. Maven runs it after the jar is made. The classes are those
 * of a {@link StartRehearsal} on a PostgreSQL of its own: no operator's variable comes near it.
 *
 * <p>Java passes over an archive of another JDK, jar or folder. So whatever fails here is no
 * failure of the build: {@code start.sh} then starts more slowly. Of the content Java checks the
 * header alone, as of its own archive, and crashes on one that is damaged behind it.
 */
public final class StartArchive {
  private static final List<String> FLAGS_OF_START_SH =
      List.of("-XX:+UseSerialGC", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xlog:disable");
  private static final int PATIENCE_SECONDS = 60;

  /** A session; the server asks for a password, as those of operators do. */
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
   * Makes {@code agent.jsa} beside a jar, and {@code agent.jsa.size}, which tells a whole one.
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
    // Put in place when it is whole: agents may be started meanwhile.
    Path made = archive.resolveSibling("agent.jsa." + ProcessHandle.current().pid());
    try {
      java("-XX:ArchiveClassesAtExit=" + made, StartRehearsal.class.getName());
      java("-XX:SharedArchiveFile=" + made, Main.class.getName());
      sync(made); // or a power failure could leave a file of this size without its content
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
    builder.redirectError(ProcessBuilder.Redirect.DISCARD); // that USER_ID was passed over
    Process process = builder.start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new IOException(mainClass + " did not end");
    }
    if (process.exitValue() != 0) {
      throw new IOException(mainClass + " ended with " + process.exitValue());
    }
  }

  /** Nothing of this process's own. */
  private Map<String, String> environment() {
    return Map.of(
        "DATABASE_URL",
        postgres.url(),
        "MULTI_TENANT",
        "true",
        "USER_ID",
        "100200300",
        "LC_ALL",
        "C.UTF-8");
  }

  private static void sync(Path file) throws IOException {
    // To read: Java makes it a file that nobody may write to.
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
