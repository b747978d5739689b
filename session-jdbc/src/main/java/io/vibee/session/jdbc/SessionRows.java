package io.vibee.session.jdbc;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The columns of a session, and how a row becomes one. */
final class SessionRows {
  /**
   * What a row {@code s} and its key {@code k} tell of the hash, decrypted in bulk where the
   * database has the key: one that cannot be decrypted ends the query. What was sealed outside
   * comes as it is.
   */
  private static final String HASH_IN_BULK =
      """
      select s.id, s.user_id, s.session_id, s.api_id, s.is_active, s.key_version,
             k.version is not null as key_known,
             session_hash_is_sealed(s.api_hash_encrypted) as sealed,
             case when session_hash_is_sealed(s.api_hash_encrypted)
                  then session_hash_decrypt(s.api_hash_encrypted, k.master_key) end as api_hash,
             k.key_fingerprint,
             case when k.key_fingerprint is not null and octet_length(s.api_hash_encrypted) <= 2048
                  then s.api_hash_encrypted end as sealed_hash,
             k.retired_at is not null and (k.key_fingerprint is not null
               or (select key_fingerprint is not null from encryption_keys where id = 1)) as rolled_back
      """;

  /** The same with each row isolated, in a subtransaction of its own: null instead of an error. */
  static final String HASH_ISOLATED =
      HASH_IN_BULK.replace("session_hash_decrypt(", "session_hash_try_decrypt(");

  private static final String VALUES =
      """
           , s.username, s.phone, s.is_authorized, s.digital_twin_enabled, s.auto_reply_enabled,
             s.target_chats, s.last_seen_at, s.created_at, s.updated_at, s.revision
      """;

  /** All columns of a session. */
  static final String IN_BULK = HASH_IN_BULK + VALUES;

  /** The same, isolated. */
  static final String ISOLATED = HASH_ISOLATED + VALUES;

  /**
   * The key of a row {@code s}; lateral, since a join could sort all rows after decrypting them.
   */
  static final String KEY =
      """
       left join lateral (select version, master_key, key_fingerprint, retired_at
                            from encryption_keys where version = s.key_version limit 1) k on true
      """;

  private SessionRows() {}

  static Session session(ResultSet row, Secret apiHash) throws SQLException {
    return Session.builder(
            row.getString("user_id"), row.getString("session_id"), row.getInt("api_id"), apiHash)
        .username(row.getString("username"))
        .phone(row.getString("phone"))
        .active(row.getBoolean("is_active"))
        .authorized(row.getBoolean("is_authorized"))
        .digitalTwinEnabled(row.getBoolean("digital_twin_enabled"))
        .autoReplyEnabled(row.getBoolean("auto_reply_enabled"))
        .targetChats(TargetChats.read(row.getString("target_chats")))
        .lastSeenAt(optionalInstant(row, "last_seen_at"))
        .stored(
            instant(row, "created_at"),
            instant(row, "updated_at"),
            row.getLong("revision"),
            row.getInt("key_version"))
        .build();
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  static @Nullable Instant optionalInstant(ResultSet row, String column) throws SQLException {
    @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
