package io.vibee.session.jdbc;

import io.vibee.session.SaveResult;
import io.vibee.session.SessionSummary;
import io.vibee.session.jdbc.rows.JsonColumns;
import io.vibee.session.jdbc.rows.SummaryRows;
import io.vibee.session.jdbc.sql.Query;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes many rows as {@link WriteSession} writes one: an insert and an update, with an array each
 * column.
 */
final class WriteSessions {
  /** A row as it is to be; a revision of 0 is of a new one. */
  record RowToSave(ColumnValues values, HashToSave hash, long revision) {}

  private static final String ROWS =
      """
        from unnest(?::text[], ?::text[], ?::integer[], ?::text[], ?::text[], ?::boolean[], ?::boolean[],
                 ?::boolean[], ?::boolean[], ?::text[], ?::bigint[])
               with ordinality as v (user_id, session_id, api_id, username, phone, is_active, is_authorized,
                 digital_twin_enabled, auto_reply_enabled, target_chats, revision, place)
      """;

  private static final String RETURNING = " returning " + SummaryRows.COLUMNS + ", %s as outcome";

  /** Gives ids in the order of the edits. */
  private static final String INSERT =
      """
      insert into @home@.user_sessions as s (user_id, session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats, api_hash_encrypted%s)
        select v.user_id, v.session_id, v.api_id, v.username, v.phone, v.is_active,
               v.is_authorized, v.digital_twin_enabled, v.auto_reply_enabled,
               coalesce(v.target_chats::jsonb, '[]'), %s
      """
          + ROWS
          + " order by v.place"
          + RETURNING.formatted("'CREATED'");

  private static final String UPDATE =
      """
      update @home@.user_sessions s set (session_id, api_id, username, phone, is_active,
          is_authorized, digital_twin_enabled, auto_reply_enabled, target_chats)
          = row (v.session_id, v.api_id, v.username, v.phone, v.is_active, v.is_authorized,
             v.digital_twin_enabled, v.auto_reply_enabled, coalesce(v.target_chats::jsonb, s.target_chats))%s
      """
          + ROWS
          + " where s.user_id = v.user_id"
          + RETURNING.formatted(
              "case when s.revision = v.revision then 'UNCHANGED' else 'UPDATED' end");

  /**
   * Takes the hash from the parameter itself: what {@code unnest} returns may be spilled to the
   * disk.
   */
  private static final String ENCRYPTED =
      """
      @home@.session_hash_encrypt((?::text[])[v.place],
            (select master_key::text from @home@.encryption_keys where id = 1))""";

  private static final String SEALED = "(?::bytea[])[v.place]";
  private static final String VERSION = "(?::integer[])[v.place]";

  private static final String INSERT_CLEAR = INSERT.formatted("", ENCRYPTED);
  private static final String INSERT_SEALED =
      INSERT.formatted(", key_version", SEALED + ", " + VERSION);
  private static final String UPDATE_CLEAR =
      UPDATE.formatted(", api_hash_encrypted = coalesce(" + ENCRYPTED + ", s.api_hash_encrypted)");
  private static final String UPDATE_SEALED =
      UPDATE.formatted(
          ", api_hash_encrypted = coalesce("
              + SEALED
              + ", s.api_hash_encrypted), key_version = coalesce("
              + VERSION
              + ", s.key_version)");
  private static final String UPDATE_KEEPING = UPDATE.formatted("");

  private final Tx tx;
  private final Consumer<SaveResult<SessionSummary>> written;

  /** Creates one that hands over each row as it was stored. */
  WriteSessions(Tx tx, Consumer<SaveResult<SessionSummary>> written) {
    this.tx = tx;
    this.written = written;
  }

  /** Inserts rows of users who have none. */
  void insert(List<RowToSave> rows) throws SQLException {
    write(rows, INSERT_SEALED, INSERT_CLEAR, INSERT_CLEAR);
  }

  /** Updates rows that are locked. */
  void update(List<RowToSave> rows) throws SQLException {
    write(rows, UPDATE_SEALED, UPDATE_CLEAR, UPDATE_KEEPING);
  }

  private void write(List<RowToSave> rows, String sealing, String encrypting, String keeping)
      throws SQLException {
    if (rows.isEmpty()) return;
    Map<String, ColumnValues> sent = new HashMap<>();
    for (RowToSave row : rows) sent.put(row.values().userId(), row.values());
    List<HashToSave> hashes = rows.stream().map(RowToSave::hash).toList();
    Query query;
    if (hashes.stream().anyMatch(HashToSave.Sealed.class::isInstance)) {
      query =
          tx.query(sealing)
              .array(hashes.stream().map(WriteSessions::message).toArray(byte[][]::new))
              .array("int4", hashes.stream().map(WriteSessions::keyVersion).toArray());
    } else if (hashes.stream().anyMatch(HashToSave.Encrypt.class::isInstance)) {
      query =
          tx.query(encrypting)
              .secrets(hashes.stream().map(WriteSessions::clear).toArray(String[]::new));
    } else {
      query = tx.query(keeping);
    }
    bind(query, rows)
        .forEach(
            row -> {
              @Nullable ColumnValues values = sent.get(row.getString("user_id"));
              if (values == null) throw new SQLException("a row came back that was not sent");
              written.accept(WriteSession.written(row, values));
            });
  }

  private static Query bind(Query query, List<RowToSave> rows) {
    return query
        .secrets(texts(rows, ColumnValues::userId))
        .secrets(texts(rows, ColumnValues::sessionId))
        .array(rows.stream().mapToInt(row -> row.values().apiId()).toArray())
        .secrets(texts(rows, ColumnValues::username))
        .secrets(texts(rows, ColumnValues::phone))
        .array(flags(rows, ColumnValues::active))
        .array(flags(rows, ColumnValues::authorized))
        .array(flags(rows, ColumnValues::digitalTwinEnabled))
        .array(flags(rows, ColumnValues::autoReplyEnabled))
        .secrets(texts(rows, WriteSessions::chats))
        .array(rows.stream().mapToLong(RowToSave::revision).toArray());
  }

  private static @Nullable String[] texts(
      List<RowToSave> rows, Function<ColumnValues, @Nullable String> column) {
    return rows.stream().map(row -> column.apply(row.values())).toArray(String[]::new);
  }

  private static @Nullable String chats(ColumnValues values) {
    return values.targetChats() == null ? null : JsonColumns.writeChats(values.targetChats());
  }

  private static boolean[] flags(List<RowToSave> rows, Predicate<ColumnValues> column) {
    boolean[] flags = new boolean[rows.size()];
    for (int i = 0; i < flags.length; i++) flags[i] = column.test(rows.get(i).values());
    return flags;
  }

  private static byte @Nullable [] message(HashToSave hash) {
    return hash instanceof HashToSave.Sealed sealed ? sealed.message() : null;
  }

  private static @Nullable Integer keyVersion(HashToSave hash) {
    return hash instanceof HashToSave.Sealed sealed ? sealed.keyVersion() : null;
  }

  private static @Nullable String clear(HashToSave hash) {
    return hash instanceof HashToSave.Encrypt encrypt ? encrypt.apiHash().exposeSecret() : null;
  }
}
