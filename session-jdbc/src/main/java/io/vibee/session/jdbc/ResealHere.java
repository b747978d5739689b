package io.vibee.session.jdbc;

import io.vibee.session.Secret;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves sessions to or from a key outside the database, which only this process can use: reads a
 * batch, encrypts it anew, writes it back.
 */
final class ResealHere implements RotateSessions.Step {
  private static final String ROWS =
      SessionRows.HASH_ISOLATED
          + " from user_sessions s"
          + SessionRows.KEY
          + """
             where s.id > ? and s.key_version <> ? and (? or k.key_fingerprint is not null)
             order by s.id limit ?
               for no key update of s
            """;

  private static final String FREE_ROWS = ROWS + " skip locked";

  private static final String WRITE = "select session_follow_key(?, ?, ?, ?)";

  private record Row(long id, SealedRow place, Secret apiHash) {}

  private final SessionReader reader;

  ResealHere(SessionReader reader) {
    this.reader = reader;
  }

  @Override
  public RotateSessions.Batch move(Connection connection, long lastId, boolean waits)
      throws SQLException {
    // The key before any row, as everybody does.
    CurrentKey key = CurrentKey.hold(connection);
    List<Row> rows = new ArrayList<>();
    long last = lastId;
    int tried = 0;
    try (PreparedStatement statement = connection.prepareStatement(waits ? ROWS : FREE_ROWS)) {
      statement.setLong(1, lastId);
      statement.setInt(2, key.version());
      statement.setBoolean(3, key.fingerprint() != null);
      statement.setInt(4, RotateSessions.BATCH);
      try (ResultSet row = statement.executeQuery()) {
        for (; row.next(); tried++) {
          last = row.getLong("id");
          @Nullable Secret apiHash = reader.apiHash(row, unreadable -> {});
          if (apiHash != null) rows.add(new Row(last, SessionReader.sealedRow(row), apiHash));
        }
      }
    }
    int moved = rows.isEmpty() ? 0 : write(connection, key, rows);
    return new RotateSessions.Batch(last, tried, moved);
  }

  private int write(Connection connection, CurrentKey key, List<Row> rows) throws SQLException {
    boolean sealed = key.fingerprint() != null;
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      statement.setObject(1, rows.stream().mapToLong(Row::id).toArray());
      statement.setObject(2, sealed ? sealed(key, rows) : new byte[0][]);
      // As an array: see SaveSession.
      statement.setObject(3, sealed ? new String[0] : opened(rows));
      statement.setInt(4, key.version());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  private byte[][] sealed(CurrentKey key, List<Row> rows) {
    HashSealer sealer = key.requireHeld(reader.sealer());
    String fingerprint = String.valueOf(key.fingerprint());
    return rows.stream()
        .map(row -> sealer.seal(row.apiHash(), row.place().at(key.version()), fingerprint))
        .toArray(byte[][]::new);
  }

  private static String[] opened(List<Row> rows) {
    return rows.stream().map(row -> row.apiHash().exposeSecret()).toArray(String[]::new);
  }
}
