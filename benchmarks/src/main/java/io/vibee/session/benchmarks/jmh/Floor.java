package io.vibee.session.benchmarks.jmh;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Reads the columns that the store loads, with each hash as it is stored: no loading can be faster.
 */
final class Floor extends HandWritten {
  private static final String SQL =
      """
      select id, user_id, username, phone, session_id, api_id, api_hash_encrypted, is_active,
             is_authorized, last_seen_at, digital_twin_enabled, auto_reply_enabled, target_chats,
             created_at, updated_at, key_version, revision
        from user_sessions where is_active = true
      """;

  Floor(String jdbcUrl, int sessions) throws SQLException {
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
    sink.consume(row.getBytes(7));
    sink.consume(row.getBoolean(8));
    sink.consume(row.getBoolean(9));
    sink.consume(row.getObject(10, OffsetDateTime.class));
    sink.consume(row.getBoolean(11));
    sink.consume(row.getBoolean(12));
    sink.consume(row.getString(13));
    sink.consume(row.getObject(14, OffsetDateTime.class));
    sink.consume(row.getObject(15, OffsetDateTime.class));
    sink.consume(row.getInt(16));
    sink.consume(row.getLong(17));
  }
}
