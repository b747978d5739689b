package io.vibee.session.jdbc.load;

import io.vibee.session.Session;
import io.vibee.session.StoredTexts;
import io.vibee.session.UnreadableSession;
import io.vibee.session.jdbc.rows.Row;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.rows.SessionRows;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Streams sessions whose ids are given, some hundreds with each query, which decrypts in bulk. Each
 * query sees a moment of its own, and no connection is held while sessions are handed over.
 */
final class StreamNamed {
  /** Most ids in a query. */
  private static final int SIZE = 500;

  /** Decrypts above the choice of rows, as {@link ChunkReader} does. */
  private static final String ROWS =
      """
      select * from @home@.user_sessions where session_id = any (?::text[]) order by id offset 0
      """;

  private final Jdbc jdbc;
  private final SessionReader reader;

  private StreamNamed(Jdbc jdbc, SessionReader reader) {
    this.jdbc = jdbc;
    this.reader = reader;
  }

  /** Hands each session that there is to one of the consumers, on the calling thread. */
  static void run(
      Jdbc jdbc,
      SessionReader reader,
      Collection<String> sessionIds,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable) {
    List<String> ids =
        Set.copyOf(sessionIds).stream().filter(StoredTexts::canBeStored).sorted().toList();
    StreamNamed stream = new StreamNamed(jdbc, reader);
    try {
      for (int from = 0; from < ids.size(); from += SIZE) {
        List<String> some = ids.subList(from, Math.min(from + SIZE, ids.size()));
        stream.read(some).handOver(readable, unreadable);
      }
    } finally {
      reader.reportTampering(jdbc);
    }
  }

  private Chunk read(List<String> ids) {
    try {
      return jdbc.readOnce(Snapshot.BEGIN, tx -> read(tx, ids));
    } catch (SQLException e) {
      throw jdbc.translate(e);
    }
  }

  private Chunk read(Tx tx, List<String> ids) throws SQLException {
    LoadedKeys keys = LoadedKeys.read(tx);
    String query = keys.select(ROWS);
    try {
      return read(tx, query, keys, ids);
    } catch (SQLException e) {
      if (!SqlErrors.isUndecryptable(e)) throw e;
      Snapshot.undoRead(tx);
      return read(tx, SessionRows.isolated(query), keys, ids);
    }
  }

  private Chunk read(Tx tx, String query, LoadedKeys keys, List<String> ids) throws SQLException {
    Chunk chunk = new Chunk(ids.size());
    try (PreparedStatement statement = tx.prepare(query)) {
      statement.setObject(1, ids.toArray(String[]::new));
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          Row row = Row.of(result);
          reader.read(row, keys.of(row), chunk::add, chunk::add);
        }
      }
    }
    return chunk;
  }
}
