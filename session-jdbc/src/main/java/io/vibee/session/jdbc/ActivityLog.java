package io.vibee.session.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

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

  /**
   * Whoever may write to the log could have written entries of any length, before the schema had a
   * limit: what is longer is left out, and what would make a page too long.
   */
  private static final String READ =
      """
      select id, session_id, user_id, activity_type, created_at,
             case when length is null then null
                  when length <= 65536 and length_so_far <= 4194304 then details_text
                  else jsonb_build_object('truncated_bytes', length)::text end as details
        from (select page.*, octet_length(details_text) as length,
                     sum(case when octet_length(details_text) <= 65536 then octet_length(details_text) else 0 end)
                       over (order by id desc) as length_so_far
                from (select id, session_id, user_id, activity_type, created_at, details::text as details_text
                        from @home@.session_activity
                       where id < ? and (?::varchar is null or session_id = ?)
                       order by id desc
                       limit ?) as page) as measured
       order by id desc
      """;

  /** The schema's limit, on the text that jsonb makes of them. */
  private static final String CHECK_VIOLATION = "23514";

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
    if (json != null && json.getBytes(UTF_8).length > Activity.MAX_DETAILS_BYTES) {
      throw tooLong();
    }
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
      if (SqlErrors.state(e).equals(CHECK_VIOLATION)) throw tooLong();
      throw SqlErrors.invalidValue(e);
    }
  }

  private static IllegalArgumentException tooLong() {
    return new IllegalArgumentException(
        "the details must not be longer than " + Activity.MAX_DETAILS_BYTES + " bytes as JSON");
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
