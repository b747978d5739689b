package io.vibee.session.jdbc;

import io.vibee.session.Session;
import io.vibee.session.SessionCounts;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoredTexts;
import io.vibee.session.jdbc.rows.SummaryRows;
import io.vibee.session.jdbc.sql.Jdbc;
import java.util.List;
import java.util.Optional;

/** Finds, lists and counts sessions without their hashes, so nothing is decrypted. */
final class SessionSummaries {
  private static final String SELECT =
      "select " + SummaryRows.COLUMNS + " from @home@.user_sessions s ";

  private static final String OF_USER = SELECT + "where s.user_id = ?";
  private static final String OF_SESSION = SELECT + "where s.session_id = ?";

  /** Bytes of chats, as JSON, after which a page ends early; its first row is always on it. */
  private static final int MOST_BYTES = 4 << 20;

  private static final String PAGE =
      "select "
          + SummaryRows.COLUMNS
          + """
             from (select m.*, sum(m.bytes) over (order by m.id) - m.bytes as bytes_before
                     from (select p.*, case when octet_length(p.target_chats::text) <= %1$s
                                            then octet_length(p.target_chats::text) else 0 end as bytes
                             from (select id, user_id, session_id, api_id, username, phone, is_active, is_authorized,
                                    digital_twin_enabled, auto_reply_enabled, target_chats, last_seen_at,
                                    created_at, updated_at, revision, key_version
                               from @home@.user_sessions where %3$s id > ? order by id limit ?) p) m) s
            where s.bytes_before <= %2$s
            order by s.id
            """;

  private static final String ALL = page("");
  private static final String ACTIVE = page("is_active = true and");
  private static final String INACTIVE = page("is_active = false and");

  private static final String COUNT =
      """
      select count(*) filter (where is_active and is_authorized),
             count(*) filter (where is_active and not is_authorized),
             count(*) filter (where not is_active)
        from @home@.user_sessions
      """;

  private SessionSummaries() {}

  private static String page(String condition) {
    return PAGE.formatted(Session.MAX_TARGET_CHATS_BYTES, MOST_BYTES, condition);
  }

  static Optional<SessionSummary> ofUser(Jdbc jdbc, String userId) {
    return find(jdbc, OF_USER, userId);
  }

  static Optional<SessionSummary> ofSession(Jdbc jdbc, String sessionId) {
    return find(jdbc, OF_SESSION, sessionId);
  }

  private static Optional<SessionSummary> find(Jdbc jdbc, String sql, String id) {
    if (!StoredTexts.canBeStored(id)) return Optional.empty();
    return jdbc.read(tx -> Optional.ofNullable(tx.query(sql).text(id).first(SummaryRows::summary)));
  }

  static List<SessionSummary> list(Jdbc jdbc, SessionQuery query) {
    String sql =
        switch (query.state()) {
          case ANY -> ALL;
          case ACTIVE -> ACTIVE;
          case INACTIVE -> INACTIVE;
        };
    return jdbc.read(
        tx ->
            tx.query(sql)
                .bigint(query.after().orElse(Long.MIN_VALUE))
                .integer(query.limit())
                .list(SummaryRows::summary));
  }

  static SessionCounts counts(Jdbc jdbc) {
    return jdbc.read(
        tx ->
            tx.query(COUNT)
                .one(row -> new SessionCounts(row.getLong(1), row.getLong(2), row.getLong(3))));
  }
}
