package io.vibee.session.jdbc.load;

import io.vibee.session.jdbc.rows.Row;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.rows.SessionRows;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * Reads sessions in chunks, by ranges of ids: one query for each, decrypted in bulk by the server
 * if it has the key.
 *
 * <p>A row that cannot be decrypted ends such a query; its chunk is then read again with each row
 * isolated.
 *
 * <p>Thread-safe, as long as each thread has its own connection.
 */
final class ChunkReader {
  /**
   * Most rows in a chunk. Each chunk costs some tenths of a millisecond of planning, and is held in
   * memory.
   */
  static final int SIZE = 2_000;

  /** Rows in a step; chunks are made of whole steps. */
  private static final int STEP = 500;

  /**
   * Readers who share the chunks, as many each, so that neither waits long for the other's last
   * one.
   */
  private static final int READERS = 2;

  /** The rows whose id is greater than {@code after} and at most {@code last}, and their number. */
  record Range(long after, long last, int rows) {}

  /**
   * Decrypts above any sort that the planner chooses, by "offset 0": below a sort, all remaining
   * rows would be decrypted before the first one, and the hashes in clear could be spilled to disk.
   * {@code is_active = true} is a literal, so that the partial index applies.
   */
  private static final String ROWS =
      """
      select * from @home@.user_sessions
             where is_active = true and id > '%s'::bigint and id <= '%s'::bigint order by id limit %s offset 0
      """;

  /**
   * Finds the last id of each step and how many rows it has, by walking an index. The last step has
   * the remaining rows.
   */
  private static final String STEPS =
      """
          with recursive ends (id) as (
                 select (select id from @home@.user_sessions where is_active = true and id > '%1$s'::bigint
                          order by id offset %2$s - 1 limit 1)
                 union all
                 select (select u.id from @home@.user_sessions u where is_active = true and u.id > ends.id
                          order by u.id offset %2$s - 1 limit 1)
                   from ends where ends.id is not null)
          select id, %2$s from ends where id is not null
          union all
          select '%3$s'::bigint, count(*) from @home@.user_sessions
           where is_active = true and id > coalesce((select max(id) from ends), '%1$s'::bigint)
           order by 1
          """
          .formatted(Long.MIN_VALUE, STEP, Long.MAX_VALUE);

  private final SessionReader reader;
  private final LoadedKeys keys;
  private final boolean onlyActive;

  ChunkReader(SessionReader reader, LoadedKeys keys, boolean onlyActive) {
    this.reader = reader;
    this.keys = keys;
    this.onlyActive = onlyActive;
  }

  /** Reads a range within a {@link Snapshot}. */
  Chunk read(Tx tx, Range range) throws SQLException {
    try {
      return inBulk(tx, range);
    } catch (SQLException e) {
      if (!SqlErrors.isUndecryptable(e)) throw e;
      Snapshot.undoRead(tx);
      return isolated(tx, range);
    }
  }

  private Chunk inBulk(Tx tx, Range range) throws SQLException {
    String query = query(range);
    if (!tx.connection().isWrapperFor(PGConnection.class)) return byResultSet(tx, query, range);
    Chunk chunk = new Chunk(range.rows());
    try (CopiedRows row = CopiedRows.of(tx, query)) {
      while (row.next()) read(row, row.length(), chunk);
    }
    return chunk;
  }

  private Chunk isolated(Tx tx, Range range) throws SQLException {
    return byResultSet(tx, SessionRows.isolated(query(range)), range);
  }

  private Chunk byResultSet(Tx tx, String query, Range range) throws SQLException {
    Chunk chunk = new Chunk(range.rows());
    try (PreparedStatement statement = tx.prepare(query)) {
      statement.setFetchSize(STEP);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) read(Row.of(row), 0, chunk);
      }
    }
    return chunk;
  }

  private void read(Row row, int length, Chunk chunk) throws SQLException {
    chunk.addBytes(length);
    reader.read(row, keys.of(row), chunk::add, chunk::add);
  }

  /** Divides all rows into ranges of one chunk each; empty if there are no rows. */
  List<Range> ranges(Tx tx) throws SQLException {
    List<Range> steps = steps(tx);
    int chunks = ceilDiv(steps.size(), SIZE / STEP);
    if (chunks > 1) chunks = READERS * ceilDiv(chunks, READERS);
    List<Range> ranges = new ArrayList<>();
    for (long chunk = 0; chunk < chunks; chunk++) {
      int from = (int) (steps.size() * chunk / chunks);
      int to = (int) (steps.size() * (chunk + 1) / chunks);
      ranges.add(together(steps.subList(from, to)));
    }
    return ranges;
  }

  private static Range together(List<Range> steps) {
    int rows = steps.stream().mapToInt(Range::rows).sum();
    return new Range(steps.get(0).after(), steps.get(steps.size() - 1).last(), rows);
  }

  private static int ceilDiv(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private List<Range> steps(Tx tx) throws SQLException {
    List<Range> steps = new ArrayList<>();
    long after = Long.MIN_VALUE;
    for (Step step : tx.query(which(STEPS)).list(row -> new Step(row.getLong(1), row.getInt(2)))) {
      if (step.rows() > 0) steps.add(new Range(after, step.last(), step.rows()));
      after = step.last();
    }
    return steps;
  }

  private record Step(long last, int rows) {}

  private String query(Range range) {
    return keys.select(which(ROWS).formatted(range.after(), range.last(), range.rows()));
  }

  private String which(String sql) {
    return onlyActive ? sql : sql.replace("is_active = true and ", "");
  }
}
