package io.vibee.session.agent;

import io.vibee.session.LoadMode;
import io.vibee.session.LoadReport;
import io.vibee.session.Session;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lines on standard output, which people read and scripts parse. */
final class SessionLines {
  private static final Pattern PLAIN = Pattern.compile("[^\\s\"=\\p{C}]+");

  private SessionLines() {}

  /** One session, without its hash and most of its phone. */
  static String session(Session session, LoadMode mode) {
    return "session user_id=%s session_id=%s api_id=%d phone=%s authorized=%s source=%s"
        .formatted(
            quoted(session.userId()),
            quoted(session.sessionId()),
            session.apiId(),
            quoted(masked(session.phone())),
            session.authorized(),
            mode == LoadMode.SINGLE_ENV ? "environment" : "database");
  }

  /** A session that no longer runs. */
  static String stopped(HeldSession session) {
    return "stopped user_id=%s session_id=%s"
        .formatted(quoted(session.userId()), quoted(session.sessionId()));
  }

  /** The line after the last session. */
  static String summary(LoadReport report) {
    return "loaded %d %s in %d ms (mode=%s)"
        .formatted(
            report.loaded(),
            report.loaded() == 1 ? "session" : "sessions",
            report.elapsed().toMillis(),
            report.mode().label());
  }

  /**
   * The country and the last four digits; nothing of a number too short to keep the rest secret.
   */
  private static String masked(@Nullable String phone) {
    if (phone == null || phone.isEmpty()) return "-";
    int length = phone.length();
    return length < 11 ? "***" : phone.substring(0, 5) + "***" + phone.substring(length - 4);
  }

  /** Quotes what would break a line into other fields; ids hold no control characters. */
  private static String quoted(String value) {
    if (PLAIN.matcher(value).matches()) return value;
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
