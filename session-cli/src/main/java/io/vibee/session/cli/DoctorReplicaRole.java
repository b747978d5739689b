package io.vibee.session.cli;

import java.sql.SQLException;
import java.util.List;

/** Whether {@code session_replication_role} switches the triggers off, and who set it. */
final class DoctorReplicaRole {
  private static final String REPLICA_ROLE = "replica-role";

  private static final String IN_FORCE =
      """
      select current_setting('session_replication_role') = 'replica',
             (select source from pg_settings where name = 'session_replication_role'),
             coalesce(current_setting('vibee.replica_writes', true), '') = 'on'
      """;

  /** Settings of this database and of its roles, as the commands that take them back. */
  private static final String SET =
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

  private DoctorReplicaRole() {}

  static void check(DoctorSql sql, DoctorFindings findings) throws SQLException {
    DoctorSql.Row here = sql.row(IN_FORCE);
    List<String> set = sql.texts(SET);
    if (here.is(0)) {
      findings.failed(
          REPLICA_ROLE,
          ExitCode.SCHEMA,
          "session_replication_role = replica is in force (%s), so the triggers that encrypt and log do not fire: changes are %s"
              .formatted(
                  source(here.text(1)),
                  here.is(2) ? "stored as they come, unencrypted and unlogged" : "refused"),
          remedy(here.text(1), set) + "; then look at cipher and sessions below");
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

  private static String source(String source) {
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

  private static String remedy(String source, List<String> set) {
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
