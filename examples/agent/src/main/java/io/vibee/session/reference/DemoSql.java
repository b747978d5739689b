package io.vibee.session.reference;

/** The statements of the quick start, as an operator types them. */
final class DemoSql {
  static final String CIPHERS =
      """
      select user_id, session_id, get_byte(api_hash_encrypted, 3) as cipher, key_version
        from user_sessions order by id
      """;

  static final String CHANGE_KEY =
      "UPDATE encryption_keys SET master_key = 'YOUR_NEW_KEY' WHERE id = 1";

  static final String KEYS =
      """
      select version, case when id = 1 then 'current' else 'archived' end as state,
             (select count(*) from user_sessions s where s.key_version = k.version) as sessions
        from encryption_keys k order by version
      """;

  static final String TROUBLESHOOT =
      """
      SELECT pgp_sym_decrypt(api_hash_encrypted::bytea,
               (SELECT master_key FROM encryption_keys WHERE id = 1))
             = '0123456789abcdef0123456789abcde1' AS decrypts_to_what_was_stored
        FROM user_sessions WHERE user_id = '100200301'
      """;

  static final String SESSIONS =
      "SELECT user_id, session_id, is_authorized, last_seen_at FROM user_sessions"
          + " WHERE is_active = true";

  static final String ACTIVITY =
      "SELECT session_id, activity_type, created_at FROM session_activity"
          + " ORDER BY created_at DESC LIMIT 10";

  static final String AUTHORIZED =
      "SELECT is_authorized, COUNT(*) FROM user_sessions WHERE is_active = true"
          + " GROUP BY is_authorized";

  static final String SWAP =
      """
      UPDATE user_sessions a SET api_hash_encrypted = b.api_hash_encrypted FROM user_sessions b
       WHERE (a.user_id, b.user_id) IN (('100200301', '100200302'), ('100200302', '100200301'))
      """;

  static final String TAMPERING =
      "SELECT session_id, activity_type, details->>'problem' AS problem FROM session_activity"
          + " WHERE activity_type = 'tampering_detected' ORDER BY id";

  static final String CLIENT =
      """
      select user_id, session_id, is_active, is_authorized, get_byte(api_hash_encrypted, 3) as cipher
        from user_sessions where session_id = 'sess_demo0004'
      """;

  static final String CLIENT_IS_AUTHORIZED =
      "select is_authorized from user_sessions where session_id = 'sess_demo0004'";

  static final String CLIENT_LOG =
      """
      select activity_type, details->>'actor' as actor
        from session_activity where session_id = 'sess_demo0004' order by id
      """;

  private DemoSql() {}

  static String insertClient(int number) {
    return """
        INSERT INTO user_sessions (user_id, session_id, api_id, api_hash_encrypted, phone) VALUES (
            '10020030%1$s', 'sess_demo000%1$s', 94892,
            pgp_sym_encrypt('0123456789abcdef0123456789abcde%1$s', (SELECT master_key FROM encryption_keys WHERE id = 1)),
            '+1000555012%1$s')
        """
        .formatted(number);
  }
}
