package io.vibee.session.jdbc;

import io.vibee.session.SessionReport;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes what an agent knows of its sessions, all of them in one statement. */
final class ReportSessions {
  /**
   * Rows are locked in one order, as heartbeats and key changes do. Those whose authorization stays
   * as it is are updated apart: naming that column would fire the row's trigger for each.
   */
  private static final String REPORT =
      """
      with reported as (
             select * from unnest(?::varchar[], ?::boolean[], ?::text[])
                      as r (session_id, authorized, error)),
           held as materialized (
             select s.id, s.session_id, s.user_id, s.is_authorized, r.authorized, r.error
               from @home@.user_sessions s join reported r on r.session_id = s.session_id
              order by s.id for no key update of s skip locked),
           seen as (
             update @home@.user_sessions s set last_seen_at = now()
               from held
              where s.id = held.id and (held.authorized is null or held.authorized = held.is_authorized)),
           changed as (
             update @home@.user_sessions s set last_seen_at = now(), is_authorized = held.authorized
               from held
              where s.id = held.id and held.authorized <> held.is_authorized),
           logged as (
             insert into @home@.session_activity (session_id, user_id, activity_type, details)
               select session_id, user_id, case when authorized then 'login' else 'logout' end, null
                 from held where authorized <> is_authorized
               union all
               select session_id, user_id, 'error', jsonb_build_object('error', error)
                 from held where error is not null)
      select session_id from held
      """;

  private ReportSessions() {}

  static Set<String> report(Jdbc jdbc, Collection<SessionReport> reports) {
    Map<String, SessionReport> bySession = new LinkedHashMap<>();
    for (SessionReport report : reports) {
      if (StoredTexts.canExist(report.sessionId())) bySession.put(report.sessionId(), report);
    }
    if (bySession.isEmpty()) return Set.of();
    // A role that may do no more than this can report as much.
    if (bySession.values().stream().allMatch(ReportSessions::isHeartbeat)) {
      return FreeRows.write(jdbc, bySession.keySet(), ChangeSession::touch);
    }
    return FreeRows.write(
        jdbc,
        bySession.keySet(),
        (tx, ids) ->
            report(
                tx, bySession.values().stream().filter(r -> ids.contains(r.sessionId())).toList()));
  }

  private static boolean isHeartbeat(SessionReport report) {
    return report.authorized() == null && report.error() == null;
  }

  private static Set<String> report(Tx tx, List<SessionReport> reports) throws SQLException {
    String[] ids = reports.stream().map(SessionReport::sessionId).toArray(String[]::new);
    @Nullable Boolean[] authorized =
        reports.stream().map(SessionReport::authorized).toArray(Boolean[]::new);
    @Nullable String[] errors = reports.stream().map(SessionReport::error).toArray(String[]::new);
    try (PreparedStatement statement = tx.prepare(REPORT)) {
      statement.setArray(1, tx.connection().createArrayOf("varchar", ids));
      statement.setArray(2, tx.connection().createArrayOf("bool", authorized));
      statement.setArray(3, tx.connection().createArrayOf("text", errors));
      return FreeRows.idsOf(statement);
    }
  }
}
