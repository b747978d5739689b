package io.vibee.session.jdbc.load;

import io.vibee.session.jdbc.rows.Row;
import io.vibee.session.jdbc.rows.RowKey;
import io.vibee.session.jdbc.rows.SessionRows;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys at the moment of a load, read once instead of for each row: a row names its key's
 * version, which tells the rest. No key is read, only whether the database has it.
 *
 * <p>Immutable, thread-safe.
 */
final class LoadedKeys {
  private static final String READ =
      """
      select version, key_fingerprint, master_key is not null as in_database,
             retired_at is not null as retired, id = 1 as current
        from @home@.encryption_keys
      """;

  private record Key(
      int version,
      @Nullable String fingerprint,
      boolean inDatabase,
      boolean retired,
      boolean current) {
    static Key of(ResultSet row) throws SQLException {
      return new Key(
          row.getInt("version"),
          row.getString("key_fingerprint"),
          row.getBoolean("in_database"),
          row.getBoolean("retired"),
          row.getBoolean("current"));
    }
  }

  private final Map<Integer, RowKey> byVersion = new HashMap<>();
  private final String columns;
  private final String join;

  private LoadedKeys(List<Key> keys) {
    boolean outside = keys.stream().anyMatch(key -> key.current() && key.fingerprint() != null);
    for (Key key : keys) {
      // A retired key of the database is no sign of a rollback while such a key is the current one.
      boolean rolledBack = key.retired() && (key.fingerprint() != null || outside);
      byVersion.put(key.version(), new RowKey(key.fingerprint(), false, rolledBack));
    }
    int[] inDatabase =
        keys.stream()
            .filter(key -> key.inDatabase() && !rowKey(key.version()).rolledBack())
            .mapToInt(Key::version)
            .toArray();
    columns =
        switch (inDatabase.length) {
          case 0 -> SessionRows.LOADED_SEALED;
          case 1 -> SessionRows.loadedUnder(inDatabase[0]);
          default -> SessionRows.LOADED;
        };
    join = inDatabase.length > 1 ? SessionRows.KEY : "";
  }

  /** Reads them within the transaction of a load. */
  static LoadedKeys read(Tx tx) throws SQLException {
    return new LoadedKeys(tx.query(READ).list(Key::of));
  }

  /**
   * Returns a query for sessions, which decrypts and sends no more of them than these keys need.
   *
   * @param rows a query for rows of the table, in the order of their ids
   */
  String select(String rows) {
    return columns + " from (" + rows + ") s" + join + " order by s.id";
  }

  RowKey of(Row row) throws SQLException {
    return rowKey(row.integer(SessionRows.KEY_VERSION));
  }

  private RowKey rowKey(int version) {
    return byVersion.getOrDefault(version, RowKey.MISSING);
  }
}
