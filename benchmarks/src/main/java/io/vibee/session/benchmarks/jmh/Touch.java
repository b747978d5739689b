package io.vibee.session.benchmarks.jmh;

import io.vibee.session.jdbc.JdbcSessionStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Sends a heartbeat for all sessions, by the library and by hand, each with its connection open.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the setup first
public class Touch {
  /** The number of sessions that there are, and that an agent holds. */
  public static final int SESSIONS = 10_000;

  /** The database that holds them. */
  public static final String DATABASE = LoadAll.database("databaseKey", SESSIONS);

  /** What one would write by hand. */
  public static final String SQL =
      "update user_sessions set last_seen_at = now() where session_id = any (?)";

  private JdbcSessionStore store;
  private Connection connection;
  private List<String> ids;

  /** For JMH. */
  public Touch() {}

  /**
   * Lists the ids of all sessions.
   *
   * @return the ids
   */
  public static List<String> ids() {
    return IntStream.rangeClosed(1, SESSIONS).mapToObj(id -> "sess_" + id).toList();
  }

  /**
   * Opens both.
   *
   * @throws SQLException if it cannot
   */
  @Setup
  public void open() throws SQLException {
    ids = ids();
    store = JdbcSessionStore.open(Server.url(DATABASE));
    store.check();
    connection = DriverManager.getConnection(Server.jdbcUrl(DATABASE));
  }

  /**
   * Sends it with the library.
   *
   * @return how many there were
   */
  @Benchmark
  public int touch() {
    return store.touch(ids);
  }

  /**
   * Sends it by hand.
   *
   * @return how many there were
   * @throws SQLException if it fails
   */
  @Benchmark
  public int byHand() throws SQLException {
    return byHand(connection, ids);
  }

  /**
   * Sends it by hand over any connection.
   *
   * @param connection a connection in auto-commit mode
   * @param ids the ids of the sessions
   * @return how many there were
   * @throws SQLException if it fails
   */
  public static int byHand(Connection connection, List<String> ids) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SQL)) {
      statement.setArray(1, connection.createArrayOf("varchar", ids.toArray()));
      return statement.executeUpdate();
    }
  }

  /**
   * Closes both.
   *
   * @throws SQLException if it cannot
   */
  @TearDown
  public void close() throws SQLException {
    store.close();
    connection.close();
  }
}
