package io.vibee.session.reference;

import io.vibee.session.LoadReport;
import io.vibee.session.Session;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes the lines on standard output, which people read and scripts parse. */
final class SessionLines {
  private static final Pattern PLAIN = Pattern.compile("[^\\s\"=\\p{C}]+");

  private SessionLines() {}

  /**
   * Writes one session, without its hash and most of its phone.
   *
   * @param stored whether it comes from a database
   */
  static String session(Session session, boolean stored) {
    // No format string: in a young process, a thousand of those take longer than fetching the
    // sessions.
    StringBuilder line = new StringBuilder(128);
    line.append("session user_id=").append(quoted(session.userId()));
    line.append(" session_id=").append(quoted(session.sessionId()));
    line.append(" api_id=").append(session.apiId());
    line.append(" phone=").append(quoted(masked(session.phone())));
    line.append(" authorized=").append(session.authorized());
    line.append(" source=").append(stored ? "database" : "environment");
    return line.toString();
  }

  /** Writes a session that no longer runs. */
  static String stopped(String userId, String sessionId) {
    return "stopped user_id=%s session_id=%s".formatted(quoted(userId), quoted(sessionId));
  }

  /** Writes the line after the last session. */
  static String summary(LoadReport report) {
    return "loaded %s %s in %s ms (mode=%s)"
        .formatted(
            report.loaded(),
            report.loaded() == 1 ? "session" : "sessions",
            report.elapsed().toMillis(),
            report.mode());
  }

  /**
   * Shows the country and the last four digits, and nothing of a number too short to keep the rest
   * secret.
   */
  private static String masked(@Nullable String phone) {
    if (phone == null || phone.isEmpty()) return "-";
    int length = phone.length();
    return length < 11 ? "***" : phone.substring(0, 5) + "***" + phone.substring(length - 4);
  }

  /** Quotes what would break a line into other fields; ids hold no control characters. */
  private static String quoted(String value) {
    if (isPlainAscii(value) || PLAIN.matcher(value).matches()) return value;
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Handles most values, and faster. */
  private static boolean isPlainAscii(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c > '~' || c == '"' || c == '=') return false;
    }
    return !value.isEmpty();
  }
}
