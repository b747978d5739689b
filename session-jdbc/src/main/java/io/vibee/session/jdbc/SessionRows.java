package io.vibee.session.jdbc;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.UnreadableSession;
import io.vibee.session.UnreadableSession.Reason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The columns of a session, and how a row becomes one. */
final class SessionRows {
  /**
   * Compile-time pieces of the statements that read sessions. The first decrypts in bulk, and an
   * undecryptable row ends the query; the second isolates each row, in a subtransaction of its own.
   */
  static final String READ_IN_BULK =
      """
      select s.id, s.user_id, s.session_id, s.api_id, s.username, s.phone, s.is_active,
             s.is_authorized, s.digital_twin_enabled, s.auto_reply_enabled, s.target_chats,
             s.last_seen_at, s.created_at, s.updated_at, s.revision, s.key_version,
             k.version is not null as key_known,
             session_hash_is_sealed(s.api_hash_encrypted) as sealed,
             case when session_hash_is_sealed(s.api_hash_encrypted)
                  then session_hash_decrypt(s.api_hash_encrypted, k.master_key) end as api_hash
        from user_sessions s
        left join encryption_keys k on k.version = s.key_version
      """;

  static final String READ_ISOLATED =
      """
      select s.id, s.user_id, s.session_id, s.api_id, s.username, s.phone, s.is_active,
             s.is_authorized, s.digital_twin_enabled, s.auto_reply_enabled, s.target_chats,
             s.last_seen_at, s.created_at, s.updated_at, s.revision, s.key_version,
             k.version is not null as key_known,
             session_hash_is_sealed(s.api_hash_encrypted) as sealed,
             case when session_hash_is_sealed(s.api_hash_encrypted)
                  then session_hash_try_decrypt(s.api_hash_encrypted, k.master_key) end as api_hash
        from user_sessions s
        left join encryption_keys k on k.version = s.key_version
      """;

  private SessionRows() {}

  static void read(
      ResultSet row,
      Consumer<? super Session> readable,
      Consumer<? super UnreadableSession> unreadable)
      throws SQLException {
    @Nullable String apiHash = row.getString("api_hash");
    if (apiHash == null || apiHash.isEmpty()) {
      unreadable.accept(unreadable(row, reason(row)));
      return;
    }
    Session session;
    try {
      session = session(row, Secret.of(apiHash));
    } catch (IllegalArgumentException e) {
      unreadable.accept(unreadable(row, Reason.INVALID_VALUES));
      return;
    }
    readable.accept(session);
  }

  private static Session session(ResultSet row, Secret apiHash) throws SQLException {
    return Session.builder(
            row.getString("user_id"), row.getString("session_id"), row.getInt("api_id"), apiHash)
        .username(row.getString("username"))
        .phone(row.getString("phone"))
        .active(row.getBoolean("is_active"))
        .authorized(row.getBoolean("is_authorized"))
        .digitalTwinEnabled(row.getBoolean("digital_twin_enabled"))
        .autoReplyEnabled(row.getBoolean("auto_reply_enabled"))
        .targetChats(JsonText.readChats(row.getString("target_chats")))
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

  private static UnreadableSession unreadable(ResultSet row, Reason reason) throws SQLException {
    return new UnreadableSession(
        row.getString("user_id"), row.getString("session_id"), row.getInt("key_version"), reason);
  }

  private static Reason reason(ResultSet row) throws SQLException {
    if (!row.getBoolean("key_known")) return Reason.KEY_MISSING;
    return row.getBoolean("sealed") ? Reason.NOT_DECRYPTABLE : Reason.NOT_SEALED;
  }
}
