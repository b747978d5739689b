package io.vibee.session.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postgresql.PGConnection;

/**
 * Reads sessions in chunks, by the range of their ids: each with one query, decrypted in bulk by
 * the server where it has the key.
 *
 * <p>A row that cannot be decrypted ends such a query. Its chunk is then read again with each row
 * isolated.
 *
 * <p>Safe for threads that have a connection each.
 */
final class ChunkReader {
  /** Each costs some tenths of a millisecond of planning, and is held in memory as a whole. */
  static final int SIZE = 2_000;

  /** Read before it is known how many there are; most agents have no more. */
  private static final int FIRST = 500;

  /** Rows whose id is greater than the one and at most the other, the first so many of them. */
  record Range(long after, long last, int limit) {
    static final Range FIRST_OF_ALL = new Range(Long.MIN_VALUE, Long.MAX_VALUE, FIRST);

    private static Range between(long after, long last) {
      return new Range(after, last, SIZE);
    }
  }

  /**
   * "offset 0" keeps the decryption above a sort, where the planner chooses one: below it, all that
   * remains would be decrypted before the first row, and the hashes in clear could be spilled to
   * disk. {@code is_active = true} is a literal, so that the partial index fits.
   */
  private static final String ROWS =
      """
        from (select * from user_sessions
               where is_active = true and id > '%d'::bigint and id <= '%d'::bigint order by id limit %d offset 0) s
      """
          + SessionRows.KEY
          + " order by s.id";

  /** The last id of each full chunk, found by steps through an index. */
  private static final String ENDS =
      """
      with recursive ends (id) as (
             select (select id from user_sessions where is_active = true and id > ?
                      order by id offset %1$d limit 1)
             union all
             select (select u.id from user_sessions u where is_active = true and u.id > ends.id
                      order by u.id offset %1$d limit 1)
               from ends where ends.id is not null)
      select id from ends where id is not null
      """
          .formatted(SIZE - 1);

  private final SessionReader reader;
  private final boolean onlyActive;

  ChunkReader(SessionReader reader, boolean onlyActive) {
    this.reader = reader;
    this.onlyActive = onlyActive;
  }

  /** Reads a range, within a {@link Snapshot}. */
  Chunk read(Connection connection, Range range) throws SQLException {
    try {
      return inBulk(connection, range);
    } catch (SQLException e) {
      if (!SqlErrors.isUndecryptable(e)) throw e;
      Snapshot.again(connection);
      return isolated(connection, range);
    }
  }

  private Chunk inBulk(Connection connection, Range range) throws SQLException {
    String query = query(SessionRows.IN_BULK, range);
    if (!connection.isWrapperFor(PGConnection.class)) return byResultSet(connection, query, range);
    Chunk chunk = new Chunk(range.limit());
    try (CopiedRows row = CopiedRows.of(connection, query)) {
      while (row.next()) read(row, row.length(), chunk);
    }
    return chunk;
  }

  private Chunk isolated(Connection connection, Range range) throws SQLException {
    return byResultSet(connection, query(SessionRows.ISOLATED, range), range);
  }

  private Chunk byResultSet(Connection connection, String query, Range range) throws SQLException {
    Chunk chunk = new Chunk(range.limit());
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setFetchSize(FIRST);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) read(new ResultSetRow(row), 0, chunk);
      }
    }
    return chunk;
  }

  private void read(Row row, int length, Chunk chunk) throws SQLException {
    chunk.at(row.bigint(SessionRows.ID), length);
    reader.read(row, chunk::add, chunk::add);
  }

  /** What follows a chunk, in ranges of one chunk each. */
  List<Range> rangesAfter(Connection connection, long id) throws SQLException {
    List<Range> ranges = new ArrayList<>();
    long after = id;
    try (PreparedStatement statement = connection.prepareStatement(which(ENDS))) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          long last = row.getLong(1);
          ranges.add(Range.between(after, last));
          after = last;
        }
      }
    }
    ranges.add(Range.between(after, Long.MAX_VALUE));
    return ranges;
  }

  private String query(String columns, Range range) {
    return String.format(
        Locale.ROOT, which(columns + ROWS), range.after(), range.last(), range.limit());
  }

  private String which(String sql) {
    return onlyActive ? sql : sql.replace("is_active = true and ", "");
  }
}
