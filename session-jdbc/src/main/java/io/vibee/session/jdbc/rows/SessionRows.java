package io.vibee.session.jdbc.rows;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.jdbc.seal.SealContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The columns of a session, and how a row turns into one. */
public final class SessionRows {
  // The columns, in the order of the queries below.
  private static final int USER_ID = 0;
  private static final int SESSION_ID = 1;
  private static final int API_ID = 2;
  static final int IS_ACTIVE = 3;
  public static final int KEY_VERSION = 4;
  static final int API_HASH = 5;
  static final int SEALED_HASH = 6;
  private static final int USERNAME = 7;
  private static final int PHONE = 8;
  private static final int IS_AUTHORIZED = 9;
  private static final int DIGITAL_TWIN_ENABLED = 10;
  private static final int AUTO_REPLY_ENABLED = 11;
  private static final int TARGET_CHATS = 12;
  private static final int LAST_SEEN_AT = 13;
  private static final int CREATED_AT = 14;
  private static final int UPDATED_AT = 15;
  private static final int REVISION = 16;

  /** Number of the columns above. */
  public static final int COLUMNS = 17;

  private static final String IDS =
      """
      select s.user_id::text as user_id, s.session_id::text as session_id, s.api_id::integer as api_id,
             s.is_active, s.key_version,
      """;

  /**
   * Decrypts in bulk with a key of the database; a hash that cannot be decrypted ends the query. A
   * hash of no accepted form comes as an empty string.
   */
  private static final String DECRYPTED =
      """
      case when @home@.session_hash_is_sealed(s.api_hash_encrypted)
                  then nullif(@home@.session_hash_decrypt(s.api_hash_encrypted, %s::text), '')
                  else '' end""";

  /** Selects what was sealed outside the database, as it is. */
  private static final String SEALED =
      "case when %s octet_length(s.api_hash_encrypted) <= 2048 then s.api_hash_encrypted end as sealed_hash\n";

  /** Selects the hash of a row {@code s} by its key {@code k}, wherever that is. */
  private static final String HASH_BY_KEY =
      "case when k.master_key is not null then "
          + DECRYPTED.formatted("k.master_key")
          + " end as api_hash,\n"
          + SEALED.formatted("k.key_fingerprint is not null and");

  private static final String VALUES =
      """
           , s.username::text as username, s.phone::text as phone, s.is_authorized,
             s.digital_twin_enabled, s.auto_reply_enabled, %s as target_chats,
             s.last_seen_at, s.created_at, s.updated_at, s.revision
      """
          .formatted(JsonColumns.CHATS);

  /** Selects what a load reads where {@link #KEY} is joined: several of the database are in use. */
  public static final String LOADED = IDS + HASH_BY_KEY + VALUES;

  /** Selects what a load reads where no key of the database is in use, with no key joined. */
  public static final String LOADED_SEALED =
      IDS + "null::text as api_hash, " + SEALED.formatted("") + VALUES;

  /** Selects what a row {@code s} and its key {@code k} tell; {@link RowKey#joined} reads it. */
  private static final String KEY_COLUMNS =
      """
           , s.id::bigint as id, k.key_fingerprint, k.version is null as key_missing,
             k.retired_at is not null and (k.key_fingerprint is not null
               or (select key_fingerprint is not null from @home@.encryption_keys where id = 1)) as rolled_back
      """;

  /** Selects all columns of a session; a hash that cannot be decrypted ends the query. */
  public static final String IN_BULK = IDS + HASH_BY_KEY + VALUES + KEY_COLUMNS;

  /** Selects all columns of a session with each row isolated, see {@link #isolated}. */
  public static final String ISOLATED = isolated(IN_BULK);

  /** Selects no more than the ids, the hash and its key, with each row isolated. */
  public static final String HASH_ISOLATED = isolated(IDS + HASH_BY_KEY + KEY_COLUMNS);

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

  /** Selects what a load reads where one key of the database is in use, with no key joined. */
  public static String loadedUnder(int version) {
    String key =
        "(select master_key from @home@.encryption_keys where version = " + version + " limit 1)";
    return IDS
        + "case when s.key_version = "
        + version
        + " then "
        + DECRYPTED.formatted(key)
        + " end as api_hash, "
        + SEALED.formatted("s.key_version <> " + version + " and")
        + VALUES;
  }

  /**
   * Makes a query isolate each row in a subtransaction of its own: a hash that cannot be decrypted
   * is null instead of an error.
   */
  public static String isolated(String columns) {
    return columns.replace("@home@.session_hash_decrypt(", "@home@.session_hash_try_decrypt(");
  }

  /** Reads the ids of a row, to which its hash is sealed if the key is outside the database. */
  public static SealContext ids(Row row) throws SQLException {
    return new SealContext(
        row.requiredText(USER_ID),
        row.requiredText(SESSION_ID),
        row.integer(API_ID),
        row.integer(KEY_VERSION));
  }

  static Session session(Row row, SealContext ids, Secret apiHash) throws SQLException {
    return Session.builder(ids.userId(), ids.sessionId(), ids.apiId(), apiHash)
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
            ids.keyVersion())
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
