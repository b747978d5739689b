package io.vibee.session.jdbc;

import io.vibee.session.Activity;
import io.vibee.session.ActivityCount;
import io.vibee.session.ActivityQuery;
import io.vibee.session.SessionNotFoundException;
import io.vibee.session.StoredTexts;
import io.vibee.session.jdbc.rows.JsonColumns;
import io.vibee.session.jdbc.rows.SessionRows;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.Query;
import io.vibee.session.jdbc.sql.SqlErrors;
import io.vibee.session.jdbc.sql.Tx;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Adds to the activity log, reads it and counts its entries; changes of sessions are logged by the
 * database itself.
 */
final class ActivityLog {
  private static final String RECORD =
      """
      insert into @home@.session_activity (session_id, user_id, activity_type, details)
        select session_id, user_id, ?, ?::jsonb from @home@.user_sessions where session_id = ?
      """;

  private static final String RECORD_FOR_ALL =
      "insert into @home@.session_activity (activity_type, details, session_id) values (?, ?::jsonb, ?)";

  /**
   * Leaves out details that are too long, or that would make the page too long: before the schema
   * had a limit, whoever may write to the log could write entries of any length.
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

  /** SQLSTATE of the schema's limit, which applies to the text that jsonb makes of the details. */
  private static final String CHECK_VIOLATION = "23514";

  private static final String COUNT =
      """
      select div(extract(epoch from created_at - ?), ?)::integer as span, count(*),
             count(*) filter (where activity_type in ('error', 'tampering_detected'))
        from @home@.session_activity
       where created_at >= ? and created_at < ?
       group by span
      """;

  private static final int MOST_SPANS = 1000;

  /** PostgreSQL's timestamps end long before Java's. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private ActivityLog() {}

  static void record(Jdbc jdbc, String sessionId, String type, Map<String, ?> details) {
    StoredTexts.requireActivityType(type);
    @Nullable String json = JsonColumns.writeDetails(details);
    if (json != null) StoredTexts.requireDetails(json);
    boolean recorded =
        StoredTexts.canBeStored(sessionId) && jdbc.write(tx -> insert(tx, sessionId, type, json));
    if (!recorded) throw SessionNotFoundException.ofSession(sessionId);
  }

  private static boolean insert(Tx tx, String sessionId, String type, @Nullable String json)
      throws SQLException {
    String sql = sessionId.equals(Activity.ALL_SESSIONS) ? RECORD_FOR_ALL : RECORD;
    try {
      return tx.query(sql).text(type).text(json).text(sessionId).update() > 0;
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
    @Nullable String sessionId = query.sessionId().orElse(null);
    if (sessionId != null && !StoredTexts.canBeStored(sessionId)) return List.of();
    return jdbc.read(
        tx ->
            tx.query(READ)
                .bigint(query.before().orElse(Long.MAX_VALUE))
                .text(sessionId)
                .text(sessionId)
                .integer(query.limit())
                .list(ActivityLog::entry));
  }

  private static Activity entry(ResultSet row) throws SQLException {
    return new Activity(
        row.getLong("id"),
        row.getString("session_id"),
        row.getString("user_id"),
        row.getString("activity_type"),
        JsonColumns.readDetails(row.getString("details")),
        SessionRows.instant(row, "created_at"));
  }

  /** Counts the entries in spans of equal length. */
  static List<ActivityCount> count(Jdbc jdbc, Instant from, Duration span, int spans) {
    if (spans < 1 || spans > MOST_SPANS) {
      throw new IllegalArgumentException("spans must be 1 to " + MOST_SPANS);
    }
    if (span.compareTo(Duration.ofSeconds(1)) < 0 || span.compareTo(Duration.ofDays(366)) > 0) {
      throw new IllegalArgumentException("span must be a second to a year");
    }
    if (from.isBefore(EARLIEST) || from.isAfter(LATEST)) {
      throw new IllegalArgumentException("from must be in the years 1 to 9999");
    }
    return jdbc.read(tx -> count(tx, from, span, spans));
  }

  private static List<ActivityCount> count(Tx tx, Instant from, Duration span, int spans)
      throws SQLException {
    long[] counts = new long[spans];
    long[] errors = new long[spans];
    // The log stores times in microseconds.
    OffsetDateTime start = from.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    Duration length = span.truncatedTo(ChronoUnit.MICROS);
    Query query =
        tx.query(COUNT)
            .time(start)
            .numeric(BigDecimal.valueOf(length.toNanos(), 9))
            .time(start)
            .time(start.plus(length.multipliedBy(spans)));
    query.forEach(
        row -> {
          counts[row.getInt(1)] = row.getLong(2);
          errors[row.getInt(1)] = row.getLong(3);
        });
    return IntStream.range(0, spans)
        .mapToObj(i -> new ActivityCount(from.plus(length.multipliedBy(i)), counts[i], errors[i]))
        .toList();
  }
}
