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
   * The columns of a row {@code s}, decrypted in bulk: one that cannot be decrypted ends the query.
   */
  static final String IN_BULK =
      """
      select s.id, s.user_id, s.session_id, s.api_id, s.username, s.phone, s.is_active,
             s.is_authorized, s.digital_twin_enabled, s.auto_reply_enabled, s.target_chats,
             s.last_seen_at, s.created_at, s.updated_at, s.revision, s.key_version,
             s.key_version in (select version from encryption_keys) as key_known,
             session_hash_is_sealed(s.api_hash_encrypted) as sealed,
             case when session_hash_is_sealed(s.api_hash_encrypted)
                  then session_hash_decrypt(s.api_hash_encrypted,
                         (select master_key from encryption_keys where version = s.key_version))
                  end as api_hash
      """;

  /** The same with each row isolated, in a subtransaction of its own: null instead of an error. */
  static final String ISOLATED =
      IN_BULK.replace("session_hash_decrypt(", "session_hash_try_decrypt(");

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
        row.getString("user_id"),
        row.getString("session_id"),
        row.getInt("key_version"),
        row.getBoolean("is_active"),
        reason);
  }

  private static Reason reason(ResultSet row) throws SQLException {
    if (!row.getBoolean("key_known")) return Reason.KEY_MISSING;
    return row.getBoolean("sealed") ? Reason.NOT_DECRYPTABLE : Reason.NOT_SEALED;
  }
}
