package io.vibee.session.jdbc.rows;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The columns of a session, and how a row turns into one. */
public final class SessionRows {
  // The columns, in the order of the queries below.
  public static final int ID = 0;
  static final int USER_ID = 1;
  static final int SESSION_ID = 2;
  static final int API_ID = 3;
  static final int IS_ACTIVE = 4;
  static final int KEY_VERSION = 5;
  static final int API_HASH = 6;
  public static final int KEY_FINGERPRINT = 7;
  static final int SEALED_HASH = 8;
  static final int KEY_MISSING = 9;
  static final int ROLLED_BACK = 10;
  private static final int USERNAME = 11;
  private static final int PHONE = 12;
  private static final int IS_AUTHORIZED = 13;
  private static final int DIGITAL_TWIN_ENABLED = 14;
  private static final int AUTO_REPLY_ENABLED = 15;
  private static final int TARGET_CHATS = 16;
  private static final int LAST_SEEN_AT = 17;
  private static final int CREATED_AT = 18;
  private static final int UPDATED_AT = 19;
  private static final int REVISION = 20;

  /** Number of columns. */
  public static final int COLUMNS = 21;

  /**
   * Selects what a row {@code s} and its key {@code k} tell about the hash. Where the database has
   * the key, it decrypts in bulk, and a hash that cannot be decrypted ends the query. What was
   * sealed outside comes as it is. A hash of no accepted form comes as an empty string.
   *
   * <p>Flags that are seldom true are null instead of false: a null costs next to nothing to send.
   */
  private static final String HASH_IN_BULK =
      """
      select s.id::bigint as id, s.user_id::text as user_id, s.session_id::text as session_id,
             s.api_id::integer as api_id, s.is_active, s.key_version,
             case when k.master_key is null then null
                  when @home@.session_hash_is_sealed(s.api_hash_encrypted)
                  then nullif(@home@.session_hash_decrypt(s.api_hash_encrypted, k.master_key::text), '')
                  else '' end as api_hash,
             k.key_fingerprint,
             case when k.key_fingerprint is not null and octet_length(s.api_hash_encrypted) <= 2048
                  then s.api_hash_encrypted end as sealed_hash,
             nullif(k.version is null, false) as key_missing,
             nullif(k.retired_at is not null and (k.key_fingerprint is not null
               or (select key_fingerprint is not null from @home@.encryption_keys where id = 1)), false) as rolled_back
      """;

  /**
   * Selects the same with each row isolated in a subtransaction of its own: null instead of an
   * error.
   */
  public static final String HASH_ISOLATED =
      HASH_IN_BULK.replace("@home@.session_hash_decrypt(", "@home@.session_hash_try_decrypt(");

  private static final String VALUES =
      """
           , s.username::text as username, s.phone::text as phone, s.is_authorized,
             s.digital_twin_enabled, s.auto_reply_enabled, %s as target_chats,
             s.last_seen_at, s.created_at, s.updated_at, s.revision
      """
          .formatted(JsonColumns.CHATS);

  /** Selects all columns of a session; a hash that cannot be decrypted ends the query. */
  public static final String IN_BULK = HASH_IN_BULK + VALUES;

  /** Selects all columns of a session with each row isolated, as in {@link #HASH_ISOLATED}. */
  public static final String ISOLATED = HASH_ISOLATED + VALUES;

  /**
   * Joins the key of a row {@code s}; lateral, since a plain join could sort all rows after
   * decrypting them.
   */
  public static final String KEY =
      """
       left join lateral (select version, master_key, key_fingerprint, retired_at
                            from @home@.encryption_keys where version = s.key_version limit 1) k on true
      """;

  private SessionRows() {}

  static Session session(Row row, Secret apiHash) throws SQLException {
    return Session.builder(
            row.requiredText(USER_ID), row.requiredText(SESSION_ID), row.integer(API_ID), apiHash)
        .username(row.text(USERNAME))
        .phone(row.text(PHONE))
        .active(row.flag(IS_ACTIVE))
        .authorized(row.flag(IS_AUTHORIZED))
        .digitalTwinEnabled(row.flag(DIGITAL_TWIN_ENABLED))
        .autoReplyEnabled(row.flag(AUTO_REPLY_ENABLED))
        .targetChats(JsonColumns.readChats(row.text(TARGET_CHATS)))
        .lastSeenAt(row.instant(LAST_SEEN_AT))
        .stored(
            row.requiredInstant(CREATED_AT),
            row.requiredInstant(UPDATED_AT),
            row.bigint(REVISION),
            row.integer(KEY_VERSION))
        .build();
  }

  /** Reads a time that is never null. */
  public static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** Reads a time that may be null. */
  public static @Nullable Instant optionalInstant(ResultSet row, String column)
      throws SQLException {
    @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
