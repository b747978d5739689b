package io.vibee.session.cli;

import static io.vibee.session.cli.DoctorChecks.check;
import static io.vibee.session.cli.DoctorChecks.doctor;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects, sequences and settings that are not as the migration left them. */
@Execution(ExecutionMode.CONCURRENT)
class DoctorStateTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "drop trigger session_30_audit on user_sessions | 6 | objects | failed | missing: trigger session_30_audit on user_sessions",
        "alter table user_sessions disable trigger session_30_audit | 6 | objects | failed | changed: trigger session_30_audit on user_sessions",
        "alter table user_sessions enable trigger session_00_origin | 6 | triggers | failed | user_sessions.session_00_origin",
        "create or replace function session_new_key() returns text language sql as 'select null' | 6 | objects | failed | changed: function session_new_key()",
        "drop index idx_user_sessions_active | 6 | objects | failed | missing: index idx_user_sessions_active",
        "alter table user_sessions drop constraint user_sessions_session_id_key | 6 | objects | failed | missing: constraint user_sessions_session_id_key",
        "drop extension pgcrypto cascade | 6 | objects | failed | missing: extension pgcrypto, missing: function session_hash_decrypt",
        "create schema crypto; alter extension pgcrypto set schema crypto | 6 | objects | failed | changed: extension pgcrypto",
        "drop function session_schema_objects() | 6 | objects | failed | session_schema_objects(), which tells their state, is missing",
        "drop function session_fleet_want(bigint, text) | 6 | objects | failed | missing: function session_fleet_want(bigint, text)",
        "alter table user_sessions disable trigger session_fleet_rows | 6 | triggers | failed | user_sessions.session_fleet_rows",
        "drop trigger session_fleet_rows on user_sessions | 6 | objects | failed | missing: trigger session_fleet_rows",
        "drop function session_fleet_objects() | 6 | objects | failed | session_fleet_objects(), which tells their state, is missing",
        "drop table session_fleet, session_agents, session_leases cascade; drop trigger session_fleet_rows on user_sessions | 0 | triggers | ok | all 16 are enabled",
        "update session_schema_version set objects = null | 6 | objects | failed | does not hold what the migration made",
        "alter sequence user_sessions_id_seq restart with 1 | 6 | sequences | failed | SELECT setval('public.user_sessions_id_seq', (SELECT max(id) FROM public.user_sessions))",
        "alter sequence session_activity_id_seq restart with 1 | 6 | sequences | failed | session_activity_id_seq gives 1 next",
        "alter sequence user_sessions_id_seq as integer; select setval('user_sessions_id_seq', 2000000000) | 0 | sequences | warning | AS bigint",
        "alter sequence user_sessions_id_seq owned by none | 0 | sequences | skipped | no sequence belongs to user_sessions.id",
        "alter database @db@ set session_replication_role = replica | 6 | replica-role | failed | ALTER DATABASE @db@ RESET session_replication_role",
        "alter role all in database @db@ set session_replication_role = replica | 6 | replica-role | failed | ALTER DATABASE @db@ RESET session_replication_role",
        "create role other_@db@; alter role other_@db@ in database @db@ set session_replication_role = 'replica' | 0 | replica-role | warning | ALTER ROLE other_@db@ IN DATABASE @db@ RESET session_replication_role",
        "alter database @db@ set default_transaction_read_only = on | 0 | standby | warning | default_transaction_read_only",
        "alter database @db@ set debug_print_plan = on | 0 | server-log | warning | debug_print_plan = on",
        "alter database @db@ set client_min_messages = log | 0 | server-log | warning | client_min_messages = log",
        "alter database @db@ set log_min_messages = debug2 | 0 | server-log | warning | log_min_messages = debug2",
        "alter database @db@ set log_transaction_sample_rate = 0.5 | 0 | server-log | warning | log_transaction_sample_rate = 0.5",
        "alter database @db@ set session_preload_libraries = auto_explain; alter database @db@ set auto_explain.log_min_duration = 0; alter database @db@ set auto_explain.log_nested_statements = on | 0 | server-log | warning | auto_explain.log_min_duration = 0, auto_explain.log_nested_statements = on",
        "alter database @db@ set session_preload_libraries = auto_explain | 0 | server-log | ok | not written",
      })
  void namesWhatDiffersAndHowToMendIt(
      String damage, int exitCode, String check, String status, String text) {
    database.insertByGuide("1", "sess_1");
    database.insertByGuide("2", "sess_2");
    database.execute(damage.replace("@db@", database.name()));
    check(doctor(database.url()), exitCode, check, status, text.replace("@db@", database.name()));
  }

  @Test
  void theMigrationMendsWhatIsNamed() {
    database.execute(
        "drop trigger session_30_audit on user_sessions; alter table encryption_keys disable trigger user; drop extension pgcrypto cascade");
    check(doctor(database.url()), 6, "objects", "failed");
    CliRun.on(database.url()).run("migrate").assertDone();
    check(doctor(database.url()), 0, "objects", "ok");
    check(doctor(database.url()), 0, "triggers", "ok");
  }

  @Test
  void namesTheSequenceThatItMayNotRead() {
    String agent = DoctorChecks.role(database, "agent", DoctorChecks.AGENT);
    check(
        doctor(database.url(agent)),
        0,
        "sequences",
        "skipped",
        "this role may not read public.user_sessions_id_seq");
  }

  @Test
  void tellsAReplicaRoleOfTheUrl() {
    check(
        doctor(database.url() + "?options=-csession_replication_role%3Dreplica"),
        6,
        "replica-role",
        "failed",
        "set by options in DATABASE_URL");
  }

  @Test
  void tellsAPgcryptoThatTakesAnyKey() {
    database.execute(
        """
        create or replace function pgp_sym_decrypt(bytea, text) returns text language sql as
          'select ''garbage'''
        """);
    CliRun.Result result = doctor(database.url());
    check(result, result.code(), "weak-ciphers", "warning", "takes any key with bf and cast5");
  }

  @Test
  void goesByTheVersionWherePgcryptoMayNotBeCalled() {
    String agent = DoctorChecks.role(database, "agent", DoctorChecks.AGENT);
    database.execute("revoke execute on function pgp_sym_encrypt(text, text, text) from public");
    check(doctor(database.url(agent)), 0, "weak-ciphers", "ok", "this version");
  }
}
