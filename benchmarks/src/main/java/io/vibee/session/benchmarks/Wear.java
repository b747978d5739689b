package io.vibee.session.benchmarks;

import java.util.Locale;
import java.util.stream.Stream;

/** Measures what updates do to a table: its size, and how many of them left the indexes alone. */
final class Wear {
  private static final String SIZES =
      """
      select pg_table_size('user_sessions') || ' ' || pg_indexes_size('user_sessions')
      """;

  private static final String UPDATES =
      """
      select n_tup_upd || ' ' || n_tup_hot_upd || ' ' || autovacuum_count
        from pg_stat_user_tables where relname = 'user_sessions'
      """;

  private final Database server;
  private final String database;
  private final long[] sizesBefore;

  Wear(Database server, String database) {
    this.server = server;
    this.database = database;
    this.sizesBefore = numbers(SIZES);
  }

  /** Returns cells of a table: the sizes, the share of heap-only updates, autovacuum's runs. */
  String cells(long updates) throws InterruptedException {
    long[] counted = numbers(UPDATES);
    // A connection reports its statistics when it ends, or some time later.
    for (int i = 0; i < 200 && counted[0] < updates; i++) {
      Thread.sleep(100);
      counted = numbers(UPDATES);
    }
    if (counted[0] != updates) throw new IllegalStateException("updates: " + counted[0]);
    long[] sizes = numbers(SIZES);
    return String.format(
        Locale.ROOT,
        "%s → %s | %s → %s | %.1f %% | %d",
        megabytes(sizesBefore[0]),
        megabytes(sizes[0]),
        megabytes(sizesBefore[1]),
        megabytes(sizes[1]),
        100.0 * counted[1] / counted[0],
        counted[2]);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private long[] numbers(String sql) {
    return Stream.of(server.value(database, sql).split(" ")).mapToLong(Long::parseLong).toArray();
  }
}
