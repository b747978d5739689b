package io.vibee.session.jdbc.rows;

import io.vibee.session.SessionSummary;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** The columns of a session without its hash, and how a row turns into a summary. */
public final class SummaryRows {
  /** Selects the columns of a row {@code s}. */
  public static final String COLUMNS =
      """
       s.id, s.user_id, s.session_id, s.api_id, s.username, s.phone, s.is_active, s.is_authorized,
         s.digital_twin_enabled, s.auto_reply_enabled, %s as target_chats, s.last_seen_at,
         s.created_at, s.updated_at, s.revision, s.key_version
      """
          .formatted(JsonColumns.CHATS);

  private SummaryRows() {}

  /**
   * Returns no chats if SQL stored JSON too long or too deep to read: it must not hide the session.
   */
  private static List<String> chats(ResultSet row) throws SQLException {
    try {
      return JsonColumns.readChats(row.getString("target_chats"));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** Reads the current row of a result set. */
  public static SessionSummary summary(ResultSet row) throws SQLException {
    return SessionSummary.builder(
            row.getLong("id"),
            row.getString("user_id"),
            row.getString("session_id"),
            row.getInt("api_id"))
        .username(row.getString("username"))
        .phone(row.getString("phone"))
        .active(row.getBoolean("is_active"))
        .authorized(row.getBoolean("is_authorized"))
        .digitalTwinEnabled(row.getBoolean("digital_twin_enabled"))
        .autoReplyEnabled(row.getBoolean("auto_reply_enabled"))
        .targetChats(chats(row))
        .lastSeenAt(SessionRows.optionalInstant(row, "last_seen_at"))
        .stored(
            SessionRows.instant(row, "created_at"),
            SessionRows.instant(row, "updated_at"),
            row.getLong("revision"),
            row.getInt("key_version"))
        .build();
  }
}
