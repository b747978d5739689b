package io.vibee.session.jdbc;

import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.rows.JsonColumns;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.SqlErrors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a value of a session has a character that the database's encoding lacks, as WIN1252
 * lacks Cyrillic letters. The server names neither value nor column, so it is asked about each
 * value.
 */
final class EncodingGap extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Binds the text as a secret, since the hash may be the value at fault. */
  private static final String SEND = "select pg_catalog.cardinality(?::pg_catalog.text[])";

  private static final String ENCODING =
      "select pg_catalog.current_setting('server_encoding'::pg_catalog.text)";

  private final transient Map<String, String> texts = new LinkedHashMap<>();

  EncodingGap(ColumnValues values, HashToSave hash) {
    super(null, null, false, false);
    add("userId", values.userId());
    add("sessionId", values.sessionId());
    add("username", values.username());
    add("phone", values.phone());
    if (values.targetChats() != null)
      add("targetChats", JsonColumns.writeChats(values.targetChats()));
    if (hash instanceof HashToSave.Encrypt clear) add("apiHash", clear.apiHash().exposeSecret());
  }

  EncodingGap(String userId) {
    super(null, null, false, false);
    add("userId", userId);
  }

  private void add(String name, @Nullable String text) {
    if (text != null) texts.put(name, text);
  }

  /** Finds out which value it is, in new transactions, since the failed one is over. */
  IllegalArgumentException explained(Jdbc jdbc) {
    for (Map.Entry<String, String> text : texts.entrySet()) {
      if (!canBeStored(jdbc, text.getValue())) return of(jdbc, text.getKey());
    }
    // Every text can be stored as it is, but one of them not as JSON.
    return new IllegalArgumentException(
        "a value cannot be stored (" + SqlErrors.UNTRANSLATABLE + ")");
  }

  /** Returns the error for a value whose name is known. */
  static IllegalArgumentException of(Jdbc jdbc, String name) {
    return new IllegalArgumentException(
        name
            + " has a character that the database's encoding, "
            + jdbc.read(tx -> tx.query(ENCODING).one(row -> row.getString(1)))
            + ", lacks: leave it out, or move to a database whose encoding is UTF8");
  }

  private static boolean canBeStored(Jdbc jdbc, String text) {
    try {
      return jdbc.read(tx -> tx.query(SEND).secrets(text).exists());
    } catch (StoreUnavailableException e) {
      if (e.sqlState().equals(SqlErrors.UNTRANSLATABLE)) return false;
      throw e;
    }
  }
}
