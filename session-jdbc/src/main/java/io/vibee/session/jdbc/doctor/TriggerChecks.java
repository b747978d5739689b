package io.vibee.session.jdbc.doctor;

import io.vibee.session.Finding.Cause;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Checks the triggers, without which rows are stored unencrypted and unlogged. */
final class TriggerChecks {
  private static final String TRIGGERS = "triggers";
  private static final String REPLICA_ROLE = "replica-role";

  /**
   * Tells whether triggers are enabled: always (A), or in ordinary sessions (O), as all but one
   * are.
   */
  private static final String STATE =
      """
      select c.relname || '.' || t.tgname,
             t.tgenabled = 'A' or t.tgenabled = 'O' and t.tgname <> 'session_00_origin'
        from pg_trigger t join pg_class c on c.oid = t.tgrelid
       where not t.tgisinternal
         and c.oid in (to_regclass('@home@.user_sessions'), to_regclass('@home@.encryption_keys'), to_regclass('@home@.session_activity'))
       order by 1
      """;

  /** Tells whether the migration of the fleet has run. */
  private static final String HAS_FLEET = "select to_regclass('@home@.session_fleet') is not null";

  private static final String MEND =
      "as the owner of the tables, run migrate, which puts them back; then look at cipher and"
          + " sessions below";

  private static final String REPLICA_IN_FORCE =
      """
      select current_setting('session_replication_role') = 'replica',
             (select source from pg_settings where name = 'session_replication_role'),
             coalesce(current_setting('vibee.replica_writes', true), '') = 'on'
      """;

  /** Finds settings of this database and of its roles, as the commands that reset them. */
  private static final String REPLICA_SET =
      """
      select case when s.setrole = 0 then 'ALTER DATABASE ' || quote_ident(current_database())
                  else 'ALTER ROLE ' || quote_ident(r.rolname)
                    || case when s.setdatabase = 0 then '' else ' IN DATABASE ' || quote_ident(current_database()) end
             end || ' RESET session_replication_role'
        from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole
       where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
         and s.setconfig && array['session_replication_role=replica', 'session_replication_role="replica"']
       order by 1
      """;

  private TriggerChecks() {}

  static void triggers(Queries sql, Report findings) throws SQLException {
    List<String> disabled = new ArrayList<>();
    boolean fleet = sql.row(HAS_FLEET).is(0);
    Set<String> needed = fleet ? OurObjects.allTriggers() : OurObjects.TRIGGERS;
    Set<String> missing = new LinkedHashSet<>(needed);
    for (Queries.Row row : sql.rows(STATE)) {
      if (missing.remove(row.text(0)) && !row.is(1)) disabled.add(row.text(0));
    }
    if (missing.size() == needed.size()) {
      findings.skipped(TRIGGERS, "there are no tables");
    } else if (!missing.isEmpty()) {
      findings.failed(TRIGGERS, Cause.SCHEMA, "missing: " + sorted(missing), MEND);
    } else if (!disabled.isEmpty()) {
      findings.failed(
          TRIGGERS,
          Cause.SCHEMA,
          "disabled: " + sorted(disabled) + ", so rows may be stored unencrypted or unlogged",
          MEND);
    } else {
      findings.ok(TRIGGERS, "all " + needed.size() + " are enabled");
    }
  }

  private static String sorted(Iterable<String> names) {
    List<String> list = new ArrayList<>();
    names.forEach(list::add);
    list.sort(String::compareTo);
    return String.join(", ", list);
  }

  /** Checks whether {@code session_replication_role} switches the triggers off, and who set it. */
  static void replicaRole(Queries sql, Report findings) throws SQLException {
    Queries.Row here = sql.row(REPLICA_IN_FORCE);
    List<String> set = sql.texts(REPLICA_SET);
    if (here.is(0)) {
      findings.failed(
          REPLICA_ROLE,
          Cause.SCHEMA,
          "session_replication_role = replica is in force (%s), so the triggers that encrypt and log do not fire: changes are %s"
              .formatted(
                  setBy(here.text(1)),
                  here.is(2) ? "stored as they come, unencrypted and unlogged" : "refused"),
          reset(here.text(1), set) + "; then look at cipher and sessions below");
    } else if (!set.isEmpty()) {
      findings.warning(
          REPLICA_ROLE,
          "not in force here, but set to replica for others: their changes are refused, or stored as"
              + " they come where vibee.replica_writes is on, as a tool that replicates has it",
          "if it is no such tool: " + String.join("; ", set));
    } else {
      findings.ok(REPLICA_ROLE, "triggers fire for all roles");
    }
  }

  private static String setBy(String source) {
    return switch (source) {
      case "database" -> "set for this database";
      case "user" -> "set for this role";
      case "database user" -> "set for this role in this database";
      case "global" -> "set for all roles";
      case "client" -> "set by options in DATABASE_URL";
      case "session" -> "set by another client of the pooler";
      default -> "set in the server's configuration";
    };
  }

  private static String reset(String source, List<String> set) {
    return switch (source) {
      case "client" -> "take it out of DATABASE_URL";
      case "session" -> "set server_reset_query_always = 1 in the pooler, and connect again";
      default ->
          set.isEmpty()
              ? "ALTER SYSTEM RESET session_replication_role, take it out of postgresql.conf, and"
                  + " SELECT pg_reload_conf()"
              : String.join("; ", set);
    };
  }
}
