package io.vibee.session.agent.storm;

import static org.awaitility.Awaitility.await;

import io.vibee.session.agent.testing.AgentDatabase;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The database of a storm, on a server of its own, and maybe a standby. */
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

  private final StormServer primary;
  private final @Nullable StormServer standby;

  /**
   * Makes one with the tables and sessions {@code s1}, {@code s2} …
   *
   * @param clock what the server takes for the time of day
   */
  StormDatabase(Path folder, int sessions, StormClock clock) throws IOException, SQLException {
    primary = new StormServer(folder.resolve("data"), clock);
    fill(sessions);
    standby = null;
    start();
  }

  /**
   * Makes one with a standby, which follows the first server until {@link #promote}.
   *
   * @param synchronous whether a commit waits for the standby
   * @param clock what the standby takes for the time of day
   */
  StormDatabase(Path folder, int sessions, boolean synchronous, StormClock clock)
      throws IOException, SQLException {
    primary =
        new StormServer(
            folder.resolve("data"),
            StormClock.REAL,
            "synchronous_standby_names=" + (synchronous ? "standby" : ""),
            "wal_keep_size=1GB");
    fill(sessions);
    Path copy = folder.resolve("standby");
    run("cp", "-a", primary.data().toString(), copy.toString());
    Files.createFile(copy.resolve("standby.signal"));
    standby =
        new StormServer(
            copy,
            clock,
            "primary_conninfo=host=localhost user=postgres application_name=standby port="
                + primary.port());
    standby.launch();
    start();
    await()
        .atMost(PATIENCE)
        .until(() -> value("select state from pg_stat_replication").equals("streaming"));
  }

  private static void run(String... command) throws IOException {
    try {
      int code = Processes.of(command).inheritIO().start().waitFor();
      if (code != 0) throw new IOException(command[0] + " ended with " + code);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void fill(int sessions) throws IOException, SQLException {
    try (EmbeddedPostgres server = Postgres.NEWEST.startAnother(primary.data(), Map.of());
        Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(TestDatabase.migration());
      statement.execute(TestDatabase.fleetMigration());
      statement.execute(FILL.formatted(AgentDatabase.HASH, sessions));
    }
  }

  /** Where agents find it that reach it directly. */
  String url() {
    return "postgresql://postgres@"
        + ports().stream().map(port -> "localhost:" + port).collect(Collectors.joining(","))
        + "/postgres?target_session_attrs=read-write";
  }

  private List<Integer> ports() {
    return standby == null ? List.of(primary.port()) : List.of(primary.port(), standby.port());
  }

  /** The port of the first server. */
  int port() {
    return primary.port();
  }

  /** Starts the first server, and waits until it answers: after a crash it recovers first. */
  void start() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              // The first try may find that processes of its predecessor have not ended.
              primary.launch();
              return answers();
            });
  }

  /** Kills the first server. */
  void kill() throws InterruptedException {
    primary.kill();
  }

  /** The server that follows. */
  StormServer standby() {
    return Objects.requireNonNull(standby, "standby");
  }

  /** Makes the standby the one that is written to. */
  void promote() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              try (Connection connection = connect("any", standby().port());
                  Statement statement = connection.createStatement()) {
                return statement.execute("select pg_promote()");
              }
            });
    await().atMost(PATIENCE).until(this::answers);
  }

  private boolean answers() {
    try {
      return value("select pg_is_in_recovery()").equals("f");
    } catch (SQLException e) {
      return false;
    }
  }

  /** Connects to the server that is written to. */
  Connection connect() throws SQLException {
    return connect("primary", ports().stream().mapToInt(port -> port).toArray());
  }

  private static Connection connect(String kind, int... ports) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    String[] hosts = new String[ports.length];
    Arrays.fill(hosts, "localhost");
    source.setServerNames(hosts);
    source.setPortNumbers(ports);
    source.setTargetServerType(kind);
    source.setHostRecheckSeconds(0);
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
    // An immediate end: nothing of it outlives the test but the log.
    try {
      primary.kill();
      if (standby != null) standby.kill();
      run("rm", "-rf", primary.data().toString());
      if (standby != null) run("rm", "-rf", standby.data().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
