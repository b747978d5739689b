package io.vibee.session.benchmarks.jmh;

import com.zaxxer.hikari.HikariDataSource;
import io.vibee.session.Session;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Loads one user's session, by the library and by hand, each with a warm pool. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameter, and calls the setup first
public class LoadOne {
  private static final String SQL =
      """
      select s.user_id, s.session_id, s.api_id, pgp_sym_decrypt(s.api_hash_encrypted, k.master_key),
             s.username, s.phone, s.is_active, s.is_authorized, s.digital_twin_enabled,
             s.auto_reply_enabled, s.target_chats, s.last_seen_at, s.created_at, s.updated_at,
             s.revision, s.key_version
        from user_sessions s join encryption_keys k on k.version = s.key_version
       where s.user_id = ?
      """;

  /** The number of sessions; the database is that of {@link LoadAll}. */
  @Param("10000")
  public int sessions;

  private final SplittableRandom random = new SplittableRandom(1);
  private JdbcSessionStore store;
  private HikariDataSource pool;

  /** For JMH. */
  public LoadOne() {}

  /** Opens both. */
  @Setup
  public void open() {
    String database = LoadAll.database("databaseKey", sessions);
    store = JdbcSessionStore.open(Server.url(database));
    store.check();
    pool = new HikariDataSource();
    pool.setJdbcUrl(Server.jdbcUrl(database));
  }

  /**
   * Loads with the library.
   *
   * @return the session
   */
  @Benchmark
  public Session findByUserId() {
    return store.findByUserId(someUser()).orElseThrow();
  }

  /**
   * Loads by hand, reading every column.
   *
   * @param sink keeps the values from being optimised away
   * @throws SQLException if it cannot be read
   */
  @Benchmark
  public void bareQuery(Blackhole sink) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(SQL)) {
      statement.setString(1, someUser());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) throw new IllegalStateException("not found");
        read(row, sink);
      }
    }
  }

  private static void read(ResultSet row, Blackhole sink) throws SQLException {
    sink.consume(row.getString(1));
    sink.consume(row.getString(2));
    sink.consume(row.getInt(3));
    sink.consume(row.getString(4));
    sink.consume(row.getString(5));
    sink.consume(row.getString(6));
    for (int flag = 7; flag <= 10; flag++) sink.consume(row.getBoolean(flag));
    sink.consume(row.getString(11));
    for (int time = 12; time <= 14; time++) {
      sink.consume(row.getObject(time, OffsetDateTime.class));
    }
    sink.consume(row.getLong(15));
    sink.consume(row.getInt(16));
  }

  private String someUser() {
    return "user_" + (1 + random.nextInt(sessions));
  }

  /** Closes both. */
  @TearDown
  public void close() {
    store.close();
    pool.close();
  }
}
