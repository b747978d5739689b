package io.vibee.session.jdbc.doctor;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks what a fleet's operators have to know of: agents that are silent, a fleet that was
 * stopped, sessions that nobody takes. These are warnings: the database itself is in order.
 */
final class FleetChecks {
  private static final String FLEET = "fleet";
  private static final String LEASES = "leases";
  private static final int NAMED = 5;

  private static final String IS_THERE =
      """
      select to_regclass('@home@.session_fleet') is not null
         and to_regclass('@home@.session_agents') is not null
         and to_regclass('@home@.session_leases') is not null
      """;

  private static final String RIGHTS =
      """
      select has_table_privilege('@home@.session_fleet', 'SELECT')
         and has_table_privilege('@home@.session_agents', 'SELECT')
         and has_table_privilege('@home@.session_leases', 'SELECT')
      """;

  private static final String MAY_ASK =
      "select has_function_privilege('@home@.session_fleet_sessions(text)', 'EXECUTE')";

  private static final String AGENTS =
      """
      select count(*),
             count(*) filter (where clock_timestamp() - a.seen_at > a.silence),
             string_agg(a.name || ' (' || a.id || ')', ', ' order by a.id)
               filter (where clock_timestamp() - a.seen_at > a.silence and a.place <= %s)
        from (select b.id, b.name, b.seen_at, b.silence,
                     row_number() over (order by clock_timestamp() - b.seen_at > b.silence desc, b.id) as place
                from @home@.session_agents b where b.state <> 'ended') as a
      """
          .formatted(NAMED);

  private static final String STOPPED =
      """
      select stopped_at is not null, to_char(stopped_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), stopped_why
        from @home@.session_fleet where id = 1
      """;

  /**
   * Of what agents could have taken for a minute, if there is one that has been there for so long.
   */
  private static final String SESSIONS =
      """
      select count(*) filter (where w.state = 'held'),
             count(*) filter (where w.state = 'quarantined'),
             count(*) filter (where w.state = 'elsewhere'),
             count(*) filter (where (w.state = 'free' and l.free_at < clock_timestamp() - interval '1 minute'
                                     or w.state = 'orphaned' and a.ended_at < clock_timestamp() - interval '1 minute')
                                and exists (select from @home@.session_agents b
                                             where b.state <> 'ended' and b.started_at < clock_timestamp() - interval '1 minute'))
        from @home@.session_fleet_sessions(cast(null as text)) w
        join @home@.session_leases l on l.session_id = w.session_id
        left join @home@.session_agents a on a.id = w.agent_id
      """;

  private FleetChecks() {}

  static void agents(Queries sql, Report findings) throws SQLException {
    if (isSkipped(FLEET, sql, findings)) return;
    Queries.Row agents = sql.row(AGENTS);
    Queries.Row stopped = sql.row(STOPPED);
    List<String> wrong = new ArrayList<>();
    List<String> mend = new ArrayList<>();
    if (stopped.is(0)) {
      wrong.add("it was stopped at %s (%s)".formatted(stopped.text(1), stopped.text(2)));
      mend.add("run vibee-session resume-fleet once the cause is removed");
    }
    if (agents.number(1) > 0) {
      String more = agents.number(1) > NAMED ? " and others" : "";
      wrong.add(
          "%s of %s are silent: %s%s"
              .formatted(agents.text(1), count(agents.number(0), "agent"), agents.text(2), more));
      mend.add(
          "look whether their processes run; others take over what they hold, if there are any");
    }
    if (wrong.isEmpty()) {
      findings.ok(
          FLEET,
          agents.number(0) == 0
              ? "no agent is registered"
              : count(agents.number(0), "agent") + ", none silent");
    } else {
      findings.warning(FLEET, String.join("; ", wrong), String.join("; ", mend));
    }
  }

  static void leases(Queries sql, Report findings) throws SQLException {
    if (isSkipped(LEASES, sql, findings)) return;
    if (!sql.isOurs("session_fleet_sessions(text)")) {
      findings.skipped(LEASES, "the function that tells them is missing or another role's");
      return;
    }
    if (!sql.row(MAY_ASK).is(0)) {
      findings.skipped(LEASES, "this role may not call the function that tells them");
      return;
    }
    Queries.Row counts = sql.row(SESSIONS);
    List<String> wrong = new ArrayList<>();
    List<String> mend = new ArrayList<>();
    if (counts.number(3) > 0) {
      wrong.add(count(counts.number(3), "session") + " nobody takes, though there are agents");
      mend.add("vibee-session fleet shows who has room, vibee-session why USER what is the matter");
    }
    if (counts.number(1) > 0) {
      wrong.add(count(counts.number(1), "session") + " in quarantine");
      mend.add("vibee-session why USER tells the reason, vibee-session clear USER ends it");
    }
    if (counts.number(2) > 0) {
      wrong.add(
          count(counts.number(2), "session")
              + " reported by agents that take no part in the fleet");
      mend.add("stop those agents, or let them take part: the fleet takes the sessions after that");
    }
    if (wrong.isEmpty()) {
      findings.ok(LEASES, count(counts.number(0), "session") + " held, none that waits for long");
    } else {
      findings.warning(LEASES, String.join("; ", wrong), String.join("; ", mend));
    }
  }

  private static boolean isSkipped(String check, Queries sql, Report findings) throws SQLException {
    if (!sql.row(IS_THERE).is(0)) {
      findings.skipped(check, "there are no tables of a fleet");
      return true;
    }
    if (!sql.row(RIGHTS).is(0)) {
      findings.skipped(check, "this role may not read the tables of the fleet");
      return true;
    }
    return false;
  }

  private static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
