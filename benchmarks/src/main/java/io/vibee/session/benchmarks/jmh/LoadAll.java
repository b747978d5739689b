package io.vibee.session.benchmarks.jmh;

import io.vibee.session.benchmarks.alternatives.Alternatives;
import io.vibee.session.jdbc.JdbcSessionStore;
import java.sql.SQLException;
import java.util.Locale;
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

/** Loads all active sessions of a database in one of several ways. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters, and calls the setup first
public class LoadAll {
  /** The way to load: one of this class, or one of the alternatives. */
  @Param({"floor", "databaseKey", "externalKey", "quickStart"})
  public String way;

  /** The number of sessions; each number has its own databases. */
  @Param({"1000", "10000", "100000", "1000000"})
  public int sessions;

  private Way opened;

  /** For JMH. */
  public LoadAll() {}

  /**
   * Names the database that a way loads from.
   *
   * @param way one of the parameters
   * @param sessions the number of sessions
   * @return its name
   */
  public static String database(String way, int sessions) {
    String filled = way.equals("floor") ? "databaseKey" : way;
    return filled.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_") + "_" + sessions;
  }

  /**
   * Opens a store for one of the library's ways.
   *
   * @param way {@code databaseKey} or {@code externalKey}
   * @param url the URL of a database that was filled for it
   * @return the store, which the caller closes
   */
  public static JdbcSessionStore store(String way, String url) {
    return way.equals("externalKey")
        ? JdbcSessionStore.open(url, Server.externalKey())
        : JdbcSessionStore.open(url);
  }

  /**
   * Connects.
   *
   * @throws SQLException if it cannot
   */
  @Setup
  public void open() throws SQLException {
    String database = database(way, sessions);
    opened =
        switch (way) {
          case "floor" -> new Floor(Server.jdbcUrl(database), sessions);
          case "quickStart" -> new QuickStart(Server.jdbcUrl(database), sessions);
          case "databaseKey", "externalKey" -> new StoreWay(store(way, Server.url(database)));
          default -> new AlternativeWay(Alternatives.valueOf(way).open(Server.jdbcUrl(database)));
        };
  }

  /**
   * Loads them.
   *
   * @param sink keeps the values from being optimised away
   * @throws SQLException if they cannot be loaded
   */
  @Benchmark
  public void load(Blackhole sink) throws SQLException {
    int loaded = opened.loadAll(sink);
    if (loaded != sessions) throw new IllegalStateException(way + " loaded " + loaded);
  }

  /**
   * Disconnects.
   *
   * @throws SQLException if it cannot
   */
  @TearDown
  public void close() throws SQLException {
    opened.close();
  }
}
