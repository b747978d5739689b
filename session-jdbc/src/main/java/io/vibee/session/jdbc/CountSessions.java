package io.vibee.session.jdbc;

import io.vibee.session.SessionCounts;
import java.sql.PreparedStatement;
import java.sql.ResultSet;

/** Counts sessions by state. */
final class CountSessions {
  private static final String COUNT =
      """
      select count(*) filter (where is_active and is_authorized),
             count(*) filter (where is_active and not is_authorized),
             count(*) filter (where not is_active)
        from @home@.user_sessions
      """;

  private CountSessions() {}

  static SessionCounts byState(Jdbc jdbc) {
    return jdbc.read(
        tx -> {
          try (PreparedStatement statement = tx.prepare(COUNT);
              ResultSet row = statement.executeQuery()) {
            row.next();
            return new SessionCounts(row.getLong(1), row.getLong(2), row.getLong(3));
          }
        });
  }
}
