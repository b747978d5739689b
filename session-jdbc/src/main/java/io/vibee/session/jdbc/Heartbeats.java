package io.vibee.session.jdbc;

import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.SessionException;
import io.vibee.session.SessionReport;
import io.vibee.session.StoredTexts;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.Patience;
import io.vibee.session.jdbc.sql.Query;
import io.vibee.session.jdbc.sql.Tx;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes what an agent knows about its sessions: that they are alive, authorized or failing, all in
 * one statement. It writes to the rows that no other transaction holds, and for a while to those
 * that become free: a row that is held for longer must not hold up the others, and the next
 * heartbeat reaches it.
 */
final class Heartbeats {
  /**
   * Locks rows in the order of {@code id}, as key changes do: two that overlap would deadlock in
   * any other. The ids are in an array, since a join would look up each one by itself.
   */
  private static final String TOUCH =
      """
      update @home@.user_sessions set last_seen_at = now()
       where id = any (array(select id from @home@.user_sessions where session_id = any (?)
                              order by id for no key update skip locked))
       returning session_id
      """;

  /**
   * Number of ids from which planning the statement each time, which weighs each id, costs more
   * than keeping a plan. A kept plan assumes ten ids: made while the table was small, it may read
   * all rows for each id, and would still do so after the table has grown.
   */
  private static final int MANY = 1_000;

  /**
   * Locks rows in the order of {@code id}, as heartbeats and key changes do. Rows whose
   * authorization stays the same are updated separately: naming that column would fire the trigger
   * for each of them.
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

  /** Finds the rows that were not written: those that were have the time of this transaction. */
  private static final String HELD =
      """
      select session_id from @home@.user_sessions
       where session_id = any (?::varchar[]) and last_seen_at is distinct from now()
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(50);

  /**
   * Writes to those of the sessions whose rows are free, sets their {@code last_seen_at} to {@code
   * now()}, and returns them.
   */
  @FunctionalInterface
  private interface Write {
    Set<String> run(Tx tx, Set<String> sessionIds) throws SQLException;
  }

  private record Pass(Set<String> written, Set<String> held) {}

  private Heartbeats() {}

  private static Set<String> touch(Tx tx, Set<String> ids) throws SQLException {
    return idsOf(ids.size() < MANY ? tx.query(TOUCH) : tx.queryOften(TOUCH), ids);
  }

  /** Writes the reports, and returns the sessions that were written. */
  static Set<String> report(Jdbc jdbc, Collection<SessionReport> reports) {
    Map<String, SessionReport> bySession = new LinkedHashMap<>();
    for (SessionReport report : reports) {
      if (StoredTexts.canBeStored(report.sessionId())) bySession.put(report.sessionId(), report);
    }
    if (bySession.isEmpty()) return Set.of();
    // Takes no more rights than a heartbeat, so a role without others can report this much.
    if (bySession.values().stream().allMatch(Heartbeats::isHeartbeat)) {
      return writeFreeRows(jdbc, bySession.keySet(), Heartbeats::touch);
    }
    return writeFreeRows(
        jdbc,
        bySession.keySet(),
        (tx, ids) ->
            report(
                tx, bySession.values().stream().filter(r -> ids.contains(r.sessionId())).toList()));
  }

  private static boolean isHeartbeat(SessionReport report) {
    return report.authorized().isEmpty() && report.error().isEmpty();
  }

  private static Set<String> report(Tx tx, List<SessionReport> reports) throws SQLException {
    String[] ids = reports.stream().map(SessionReport::sessionId).toArray(String[]::new);
    @Nullable Boolean[] authorized =
        reports.stream().map(r -> r.authorized().orElse(null)).toArray(Boolean[]::new);
    @Nullable String[] errors =
        reports.stream().map(r -> r.error().orElse(null)).toArray(String[]::new);
    Query query =
        tx.query(REPORT).array("varchar", ids).array("bool", authorized).array("text", errors);
    return new LinkedHashSet<>(query.list(row -> row.getString(1)));
  }

  /** Writes to rows as they become free, and returns the sessions that were written. */
  private static Set<String> writeFreeRows(Jdbc jdbc, Collection<String> sessionIds, Write write) {
    Set<String> left = new LinkedHashSet<>(sessionIds);
    Pass first = pass(jdbc, left, write);
    Set<String> written = first.written();
    left = first.held();
    Patience patience = new Patience(PATIENCE, PAUSE);
    while (!left.isEmpty() && patience.pause()) {
      try {
        Pass next = pass(jdbc, left, write);
        written.addAll(next.written());
        left = next.held();
      } catch (OutcomeUnknownException e) {
        throw e;
      } catch (SessionException | IllegalStateException e) {
        break; // also if the store was closed: an error would mean that nothing was written
      }
    }
    return Collections.unmodifiableSet(written);
  }

  private static Pass pass(Jdbc jdbc, Set<String> ids, Write write) {
    return jdbc.write(
        tx -> {
          Set<String> written = write.run(tx, ids);
          return new Pass(
              written, written.size() < ids.size() ? idsOf(tx.query(HELD), ids) : Set.of());
        });
  }

  private static Set<String> idsOf(Query query, Set<String> ids) throws SQLException {
    return new LinkedHashSet<>(
        query.array(ids.toArray(String[]::new)).list(row -> row.getString(1)));
  }
}
