package io.vibee.session.jdbc.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vibee.session.jdbc.rows.Row;
import io.vibee.session.jdbc.rows.SessionRows;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The rows of {@code copy … to stdout (format binary)}, one at a time.
 *
 * <p>A copy arrives in binary without a statement that has a name on the server, which a driver's
 * binary result sets need and a pooler may not keep (decision 10). PostgreSQL documents the format
 * under COPY, "Binary Format"; values are in the form that each type's send function writes.
 */
final class CopiedRows implements Row, AutoCloseable {
  /** Signature of 11 bytes, flags, and the length of an extension, which no server sends. */
  private static final int HEADER = 19;

  private static final char REPLACEMENT = '\uFFFD';
  private static final long EPOCH_2000 = 946_684_800L;
  private static final int MICROS = 1_000_000;

  private final Connection connection;
  private final CopyOut copy;
  private final int[] starts = new int[SessionRows.COLUMNS];
  private final int[] lengths = new int[SessionRows.COLUMNS];
  private byte[] message = {};
  private boolean headerRead;
  private long micros = Long.MIN_VALUE;
  private Instant instant = instantOf(micros);

  private CopiedRows(Connection connection, CopyOut copy) {
    this.connection = connection;
    this.copy = copy;
  }

  /**
   * Starts a copy.
   *
   * @param query made only of constants and numbers, since a copy takes no parameters
   */
  static CopiedRows of(Tx tx, String query) throws SQLException {
    Connection connection = tx.connection();
    String sql = tx.home().sql("copy (" + query + ") to stdout (format binary)");
    try {
      return new CopiedRows(
          connection, connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql));
    } catch (SQLException e) {
      throw abandoned(connection, e);
    }
  }

  /**
   * Aborts the connection if the line failed, as by a timeout. The rest of the copy may still
   * arrive, and a connection that is used again would take it for the answer to its next query; the
   * driver itself drops connections only after a failed query.
   */
  private static SQLException abandoned(Connection connection, SQLException error) {
    if (SqlErrors.state(error).startsWith("08")) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        error.addSuppressed(SqlErrors.copy(e));
      }
    }
    return error;
  }

  /** Goes to the next row; false after the last one, when the copy has ended. */
  boolean next() throws SQLException {
    byte[] bytes;
    while ((bytes = read()) != null) {
      message = bytes;
      int start = headerRead ? 0 : HEADER;
      headerRead = true;
      // A count of columns, or the end's mark in its place.
      if (start < message.length && message[start] >= 0) {
        findColumns(start + Short.BYTES);
        return true;
      }
    }
    return false;
  }

  private byte @Nullable [] read() throws SQLException {
    try {
      return copy.readFromCopy();
    } catch (SQLException e) {
      throw abandoned(connection, e);
    }
  }

  /** Returns the length of the row in bytes. */
  int length() {
    return message.length;
  }

  private void findColumns(int first) {
    int next = first;
    for (int column = 0; column < SessionRows.COLUMNS; column++) {
      lengths[column] = int32(next);
      starts[column] = next + Integer.BYTES;
      next = starts[column] + Math.max(lengths[column], 0);
    }
  }

  /** Reads a big-endian number by hand: a buffer for each row would be garbage. */
  private int int32(int start) {
    return (message[start] << 24)
        | ((message[start + 1] & 0xff) << 16)
        | ((message[start + 2] & 0xff) << 8)
        | (message[start + 3] & 0xff);
  }

  private long int64(int start) {
    return ((long) int32(start) << 32) | (int32(start + 4) & 0xffffffffL);
  }

  /**
   * Reads a copy that was left midway to its end, since whoever used the connection next would have
   * to wait for that. Cancelling the copy could hit the statement after it.
   */
  @Override
  public void close() throws SQLException {
    boolean goesOn = true;
    while (goesOn) goesOn = copy.isActive() && read() != null;
  }

  private boolean isNull(int column) {
    return lengths[column] < 0;
  }

  @Override
  public @Nullable String text(int column) throws SQLException {
    if (isNull(column)) return null;
    String text = new String(message, starts[column], lengths[column], UTF_8);
    // It may replace bytes that are not UTF-8, which a server with encoding SQL_ASCII sends.
    if (text.indexOf(REPLACEMENT) >= 0) requireUtf8(column);
    return text;
  }

  private void requireUtf8(int column) throws SQLException {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(message, starts[column], lengths[column]));
    } catch (CharacterCodingException e) {
      throw new SQLException("a text is not valid UTF-8", "22021");
    }
  }

  @Override
  public int integer(int column) throws SQLException {
    return isNull(column) ? 0 : int32(start(column, Integer.BYTES));
  }

  @Override
  public long bigint(int column) throws SQLException {
    return isNull(column) ? 0 : int64(start(column, Long.BYTES));
  }

  @Override
  public boolean flag(int column) throws SQLException {
    return !isNull(column) && message[start(column, 1)] != 0;
  }

  /** Checks the length, since a value of another type would be misread. */
  private int start(int column, int length) throws SQLException {
    if (lengths[column] != length)
      throw new SQLException("column " + column + " is of another type");
    return starts[column];
  }

  @Override
  public byte @Nullable [] bytes(int column) {
    if (isNull(column)) return null;
    return Arrays.copyOfRange(message, starts[column], starts[column] + lengths[column]);
  }

  /**
   * Reads microseconds since 2000. Equal times in a row become one object: sessions that were added
   * together have the same ones.
   */
  @Override
  public @Nullable Instant instant(int column) throws SQLException {
    if (isNull(column)) return null;
    long read = int64(start(column, Long.BYTES));
    if (read != micros) {
      micros = read;
      instant = instantOf(read);
    }
    return instant;
  }

  /** The two ends of the range are infinities, which become the same values as the driver's. */
  private static Instant instantOf(long micros) {
    if (micros == Long.MAX_VALUE) return OffsetDateTime.MAX.toInstant();
    if (micros == Long.MIN_VALUE) return OffsetDateTime.MIN.toInstant();
    return Instant.ofEpochSecond(
        EPOCH_2000 + Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000L);
  }
}
