package io.vibee.session.benchmarks.jmh;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Loads with the quick start's SELECT, extended by the other columns, from rows that its INSERT
 * wrote.
 */
final class QuickStart extends HandWritten {
  private static final String SQL =
      """
      SELECT id, user_id, username, phone, session_id, api_id,
             pgp_sym_decrypt(api_hash_encrypted::bytea, (SELECT master_key FROM encryption_keys WHERE id = 1)),
             is_active, is_authorized, last_seen_at, digital_twin_enabled, auto_reply_enabled,
             target_chats, created_at, updated_at
        FROM user_sessions WHERE is_active = true
      """;

  QuickStart(String jdbcUrl, int sessions) throws SQLException {
    super(jdbcUrl, SQL, sessions);
  }

  @Override
  void read(ResultSet row, Blackhole sink) throws SQLException {
    sink.consume(row.getInt(1));
    sink.consume(row.getString(2));
    sink.consume(row.getString(3));
    sink.consume(row.getString(4));
    sink.consume(row.getString(5));
    sink.consume(row.getInt(6));
    sink.consume(row.getString(7));
    sink.consume(row.getBoolean(8));
    sink.consume(row.getBoolean(9));
    sink.consume(row.getObject(10, LocalDateTime.class));
    sink.consume(row.getBoolean(11));
    sink.consume(row.getBoolean(12));
    sink.consume(row.getString(13));
    sink.consume(row.getObject(14, LocalDateTime.class));
    sink.consume(row.getObject(15, LocalDateTime.class));
  }
}
