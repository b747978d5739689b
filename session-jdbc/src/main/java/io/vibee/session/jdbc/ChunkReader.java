package io.vibee.session.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
  static final int SIZE = 2_500;

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
               where is_active = true and id > %d and id <= %d order by id limit %d offset 0) s
      """
          + SessionRows.KEY
          + " order by s.id";

  private static final String ENDS =
      """
      select id from (select id, row_number() over (order by id) as number
                        from user_sessions where is_active = true and id > ?) as numbered
       where number %% %d = 0 order by id
      """
          .formatted(SIZE);

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
    Chunk chunk = new Chunk(range.limit());
    try (CopiedRows row = CopiedRows.of(connection, query(SessionRows.IN_BULK, range))) {
      while (row.next()) read(row, chunk);
    }
    return chunk;
  }

  private Chunk isolated(Connection connection, Range range) throws SQLException {
    Chunk chunk = new Chunk(range.limit());
    try (PreparedStatement statement =
            connection.prepareStatement(query(SessionRows.ISOLATED, range));
        ResultSet row = statement.executeQuery()) {
      while (row.next()) read(new ResultSetRow(row), chunk);
    }
    return chunk;
  }

  private void read(Row row, Chunk chunk) throws SQLException {
    chunk.at(row.bigint(SessionRows.ID));
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
