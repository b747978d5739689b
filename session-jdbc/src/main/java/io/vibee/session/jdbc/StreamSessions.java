package io.vibee.session.jdbc;

import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * Streams sessions, all or the active ones: one query, decrypted in bulk by the server, read
 * through a cursor.
 *
 * <p>A row that cannot be decrypted ends such a query. The batch in which that happened is then
 * read again with each row isolated, and the bulk query goes on behind it; batches that were handed
 * over are not read again.
 */
final class StreamSessions {
  /** Rows held at a time; a bad row costs one isolated batch of as many. */
  private static final int BATCH = 2_000;

  /**
   * "offset 0" keeps the decryption above a sort, where the planner chooses one: below it, all that
   * remains would be decrypted before the first row, and the hashes in clear could be spilled to
   * disk.
   */
  private static final String ROWS =
      """
        from (select * from user_sessions where id > ? order by id offset 0) s
      """
          + SessionRows.KEY
          + " order by s.id";

  /** A literal, so that the partial index fits. */
  private static final String ACTIVE_ROWS =
      ROWS.replace("where id > ?", "where is_active = true and id > ?");

  private final String inBulk;
  private final String batchIsolated;
  private final Jdbc jdbc;
  private final SessionReader reader;
  private final Consumer<? super Session> readable;
  private final Consumer<? super UnreadableSession> unreadable;
  private long lastId = Long.MIN_VALUE;

  private StreamSessions(
      String rows,
      Jdbc jdbc,
      SessionReader reader,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    this.inBulk = SessionRows.IN_BULK + rows;
    this.batchIsolated = SessionRows.ISOLATED + rows + " limit ?";
    this.jdbc = jdbc;
    this.reader = reader;
    this.readable = readable;
    this.unreadable = unreadable;
  }

  static StreamSessions active(
      Jdbc jdbc,
      SessionReader reader,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    return new StreamSessions(ACTIVE_ROWS, jdbc, reader, readable, unreadable);
  }

  static StreamSessions all(
      Jdbc jdbc,
      SessionReader reader,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    return new StreamSessions(ROWS, jdbc, reader, readable, unreadable);
  }

  void run() {
    try {
      while (!streamInBulk()) {
        if (jdbc.transaction(this::streamIsolatedBatch) < BATCH) return;
      }
    } catch (SQLException e) {
      throw SqlErrors.translate(e);
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  /** Returns false when it came upon a row that cannot be decrypted. */
  private boolean streamInBulk() throws SQLException {
    try {
      jdbc.transaction(
          connection -> {
            try (PreparedStatement statement = connection.prepareStatement(inBulk)) {
              statement.setFetchSize(BATCH);
              statement.setLong(1, lastId);
              return deliver(statement);
            }
          });
      return true;
    } catch (SQLException e) {
      if (!SqlErrors.isUndecryptable(e)) throw e;
      return false;
    }
  }

  private int streamIsolatedBatch(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(batchIsolated)) {
      statement.setLong(1, lastId);
      statement.setInt(2, BATCH);
      return deliver(statement);
    }
  }

  private int deliver(PreparedStatement statement) throws SQLException {
    int count = 0;
    try (ResultSet row = statement.executeQuery()) {
      for (; row.next(); count++) {
        // Noted first: what a consumer throws ends the stream, and no row is handed over twice.
        lastId = row.getLong("id");
        reader.read(row, readable, unreadable);
      }
    }
    return count;
  }
}
