package io.vibee.session.jdbc;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.SessionNotFoundException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Adds to the activity log and reads it; changes of sessions are logged by the database itself. */
final class ActivityLog {
  private static final String RECORD =
      """
      insert into @home@.session_activity (session_id, user_id, activity_type, details)
        select session_id, user_id, ?, ?::jsonb from @home@.user_sessions where session_id = ?
      """;

  private static final String RECORD_FOR_ALL =
      "insert into @home@.session_activity (activity_type, details, session_id) values (?, ?::jsonb, ?)";

  private static final String READ =
      """
      select id, session_id, user_id, activity_type, details, created_at
        from @home@.session_activity
       where id < ? and (?::varchar is null or session_id = ?)
       order by id desc
       limit ?
      """;

  private static final Pattern TYPE = Pattern.compile("(?=.*\\S)\\P{Cc}{1,50}");

  /** Not behind a backslash that is itself escaped. */
  private static final Pattern ESCAPED_ZERO = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\u0000");

  private ActivityLog() {}

  static void record(Jdbc jdbc, String sessionId, String type, Map<String, ?> details) {
    if (!TYPE.matcher(type).matches()) {
      throw new IllegalArgumentException(
          "the activity type must have 1 to 50 characters, none of them a control character");
    }
    @Nullable String json = JsonText.writeDetails(details);
    // jsonb cannot hold it, and would fail as a database error.
    if (json != null && ESCAPED_ZERO.matcher(json).find()) {
      throw new IllegalArgumentException("the details must not contain a zero character");
    }
    boolean recorded =
        StoredTexts.canExist(sessionId) && jdbc.write(tx -> insert(tx, sessionId, type, json));
    if (!recorded) throw SessionNotFoundException.ofSession(sessionId);
  }

  private static boolean insert(Tx tx, String sessionId, String type, @Nullable String json)
      throws SQLException {
    String sql = sessionId.equals(Activity.ALL_SESSIONS) ? RECORD_FOR_ALL : RECORD;
    try (PreparedStatement statement = tx.prepare(sql)) {
      statement.setString(1, type);
      statement.setString(2, json);
      statement.setString(3, sessionId);
      return statement.executeUpdate() > 0;
    } catch (SQLException e) {
      throw SqlErrors.invalidValue(e);
    }
  }

  static List<Activity> read(Jdbc jdbc, ActivityQuery query) {
    @Nullable String sessionId = query.sessionId();
    if (sessionId != null && !StoredTexts.canExist(sessionId)) return List.of();
    return jdbc.read(tx -> read(tx, query));
  }

  private static List<Activity> read(Tx tx, ActivityQuery query) throws SQLException {
    try (PreparedStatement statement = tx.prepare(READ)) {
      statement.setLong(1, query.beforeId());
      statement.setString(2, query.sessionId());
      statement.setString(3, query.sessionId());
      statement.setInt(4, query.limit());
      List<Activity> entries = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) entries.add(entry(row));
      }
      return Collections.unmodifiableList(entries);
    }
  }

  private static Activity entry(ResultSet row) throws SQLException {
    return new Activity(
        row.getLong("id"),
        row.getString("session_id"),
        row.getString("user_id"),
        row.getString("activity_type"),
        JsonText.readDetails(row.getString("details")),
        SessionRows.instant(row, "created_at"));
  }
}
