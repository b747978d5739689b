package io.vibee.session.agent.storm;

import static org.awaitility.Awaitility.await;

import io.vibee.session.agent.testing.AgentDatabase;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** A server of a storm's own, which can be killed and comes up again on the same port. */
final class StormDatabase implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Sessions with the cheapest hashes that the database accepts. */
  private static final String FILL =
      """
      insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
      select n, 's' || n, 94892, pgp_sym_encrypt('%s',
               (select master_key from encryption_keys where id = 1),
               'cipher-algo=aes256, s2k-mode=3, s2k-count=1024, s2k-digest-algo=sha256, compress-algo=0')
        from generate_series(1, %d) n
      """;

  private final Path data;
  private final StormClock clock;
  private final int port = freePort();
  private Process process;

  /**
   * Makes one with the tables and sessions {@code s1}, {@code s2} …
   *
   * @param clock what the server takes for the time of day
   */
  StormDatabase(Path folder, int sessions, StormClock clock) throws IOException, SQLException {
    this.data = folder.resolve("data");
    this.clock = clock;
    try (EmbeddedPostgres server = Postgres.NEWEST.startAnother(data, Map.of());
        Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(TestDatabase.migration());
      statement.execute(TestDatabase.fleetMigration());
      statement.execute(FILL.formatted(AgentDatabase.HASH, sessions));
    }
    start();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("no port is free", e);
    }
  }

  int port() {
    return port;
  }

  /** Starts the server, and waits until it answers: after a crash it recovers first. */
  void start() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              // The first try may find that processes of its predecessor have not ended.
              if (process == null || !process.isAlive()) process = launch();
              return answers();
            });
  }

  private Process launch() throws IOException {
    List<String> command = new ArrayList<>();
    // It refuses to run as root.
    if ("root".equals(System.getProperty("user.name"))) command.addAll(List.of("unshare", "-U"));
    command.addAll(
        List.of(
            program().toString(),
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port),
            "-c",
            "listen_addresses=localhost",
            "-c",
            "unix_socket_directories=",
            "-c",
            "fsync=off",
            "-c",
            "max_connections=300"));
    ProcessBuilder builder = Processes.of(command);
    clock.fake(builder);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(data.resolveSibling("postgres.log").toFile()))
        .start();
  }

  /** The program that the build unpacked for the tests. */
  private static Path program() throws IOException {
    Path jars = Path.of(System.getProperty("vibee.postgres.jars", "target/postgres"));
    try (DirectoryStream<Path> unpacked =
        Files.newDirectoryStream(jars.resolve("bin-18").toAbsolutePath(), "PG-*")) {
      for (Path folder : unpacked) {
        Path program = folder.resolve("bin").resolve("postgres");
        if (Files.isExecutable(program)) return program;
      }
    }
    throw new IOException("no PostgreSQL is unpacked in " + jars);
  }

  /** Kills the server's first process, which leaves the others to end by themselves. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private boolean answers() {
    try {
      return value("select pg_is_in_recovery()").equals("f");
    } catch (SQLException e) {
      return false;
    }
  }

  Connection connect() throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName("postgres");
    source.setUser("postgres");
    source.setSocketTimeout(10);
    return source.getConnection();
  }

  /** Returns the first column of the first row. */
  String value(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "no row";
    }
  }

  /** Returns the rows of a query, their columns joined by bars. */
  List<String> rows(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          columns.add(String.valueOf(row.getString(i)));
        }
        rows.add(String.join("|", columns));
      }
    }
    return rows;
  }

  @Override
  public void close() {
    if (process == null) return;
    // An immediate end: nothing of it outlives the test but the log.
    process.destroyForcibly();
    await().atMost(PATIENCE).until(() -> !process.isAlive());
    try {
      Processes.of("rm", "-rf", data.toString()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
