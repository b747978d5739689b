package io.vibee.session.jdbc;

import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows sessions without their hashes: nothing is decrypted. */
final class ListSessions {
  private static final String SELECT =
      "select " + SummaryRows.COLUMNS + " from @home@.user_sessions s ";

  private static final String OF_USER = SELECT + "where s.user_id = ?";
  private static final String OF_SESSION = SELECT + "where s.session_id = ?";

  private static final String PAGE = "s.id > ? order by s.id limit ?";
  private static final String ALL = SELECT + "where " + PAGE;
  private static final String ACTIVE = SELECT + "where s.is_active = true and " + PAGE;
  private static final String INACTIVE = SELECT + "where s.is_active = false and " + PAGE;

  private ListSessions() {}

  static Optional<SessionSummary> ofUser(Jdbc jdbc, String userId) {
    return find(jdbc, OF_USER, userId);
  }

  static Optional<SessionSummary> ofSession(Jdbc jdbc, String sessionId) {
    return find(jdbc, OF_SESSION, sessionId);
  }

  private static Optional<SessionSummary> find(Jdbc jdbc, String sql, String id) {
    if (!StoredTexts.canExist(id)) return Optional.empty();
    return jdbc.read(
        tx -> {
          try (PreparedStatement statement = tx.prepare(sql)) {
            statement.setString(1, id);
            try (ResultSet row = statement.executeQuery()) {
              return row.next() ? Optional.of(SummaryRows.summary(row)) : Optional.empty();
            }
          }
        });
  }

  static List<SessionSummary> list(Jdbc jdbc, SessionQuery query) {
    @Nullable Boolean active = query.active();
    String sql = active == null ? ALL : active ? ACTIVE : INACTIVE;
    return jdbc.read(
        tx -> {
          try (PreparedStatement statement = tx.prepare(sql)) {
            statement.setLong(1, query.afterId());
            statement.setInt(2, query.limit());
            List<SessionSummary> page = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
              while (row.next()) page.add(SummaryRows.summary(row));
            }
            return Collections.unmodifiableList(page);
          }
        });
  }
}
