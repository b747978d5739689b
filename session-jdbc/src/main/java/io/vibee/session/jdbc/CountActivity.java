package io.vibee.session.jdbc;

import io.vibee.session.ActivityCount;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;

/** Counts the entries of the log in spans of equal length. */
final class CountActivity {
  private static final String COUNT =
      """
      select div(extract(epoch from created_at - ?), ?)::integer as span, count(*),
             count(*) filter (where activity_type in ('error', 'tampering_detected'))
        from @home@.session_activity
       where created_at >= ? and created_at < ?
       group by span
      """;

  private static final int MAXIMUM = 1000;

  /** PostgreSQL's timestamps end long before Java's. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private CountActivity() {}

  static List<ActivityCount> inSpans(Jdbc jdbc, Instant from, Duration span, int spans) {
    if (spans < 1 || spans > MAXIMUM) {
      throw new IllegalArgumentException("spans must be 1 to " + MAXIMUM);
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
    // The log's times are in microseconds.
    OffsetDateTime start = from.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    Duration length = span.truncatedTo(ChronoUnit.MICROS);
    try (PreparedStatement statement = tx.prepare(COUNT)) {
      statement.setObject(1, start);
      statement.setBigDecimal(2, BigDecimal.valueOf(length.toNanos(), 9));
      statement.setObject(3, start);
      statement.setObject(4, start.plus(length.multipliedBy(spans)));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          counts[row.getInt(1)] = row.getLong(2);
          errors[row.getInt(1)] = row.getLong(3);
        }
      }
    }
    return IntStream.range(0, spans)
        .mapToObj(i -> new ActivityCount(from.plus(length.multipliedBy(i)), counts[i], errors[i]))
        .toList();
  }
}
