package io.vibee.session.cli;

import static io.vibee.session.cli.DoctorChecks.check;
import static io.vibee.session.cli.DoctorChecks.doctor;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rights, functions, triggers and more of others who share the database. */
@Execution(ExecutionMode.CONCURRENT)
class DoctorStrangersTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  private String role(String prefix, String rights) {
    return DoctorChecks.role(database, prefix, rights);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "grant select on encryption_keys to public | 2 | grants | failed | everybody (PUBLIC) may read keys | REVOKE ALL ON public.encryption_keys FROM PUBLIC",
        "grant select (master_key) on encryption_keys to public | 2 | grants | failed | read keys | REVOKE ALL ON public.encryption_keys FROM PUBLIC",
        "grant update (master_key) on encryption_keys to public | 2 | grants | failed | columns of encryption_keys | FROM PUBLIC",
        "grant trigger on user_sessions to public | 2 | grants | failed | TRIGGER on user_sessions | FROM PUBLIC",
        "grant select on user_sessions to public | 0 | grants | warning | read hashes | REVOKE ALL ON public.user_sessions FROM PUBLIC",
        "grant insert on session_activity to public | 0 | grants | warning | write session_activity | FROM PUBLIC",
        "grant select (id, user_id) on user_sessions to public | 0 | grants | ok | none to everybody | none",
        "grant select on encryption_keys to STRANGER | 0 | grants | ok | none to everybody | none",
        "grant select on encryption_keys to STRANGER | 0 | access | ok | stranger_ | read hashes: ",
        "grant select on encryption_keys to STRANGER; create role member_DATABASE; grant STRANGER to member_DATABASE | 0 | access | ok | STRANGER (member_DATABASE) | read hashes: ",
        "grant pg_read_all_data to STRANGER | 0 | access | ok | read keys: pg_read_all_data (stranger_ | read hashes: pg_read_all_data",
        "grant truncate, trigger on session_activity to STRANGER | 0 | grants | warning | have TRIGGER on session_activity; have TRUNCATE | REVOKE TRUNCATE, TRIGGER ON public.session_activity FROM stranger_",
        "grant create on schema public to public | 0 | schema-grants | warning | everybody (PUBLIC) | REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "grant create on schema public to STRANGER | 0 | schema-grants | ok | CREATE is granted to | stranger_",
        "create policy p on user_sessions for select to STRANGER using (true) | 0 | row-security | warning | p ON public.user_sessions | DROP POLICY p ON public.user_sessions",
        "create rule copies as on insert to session_activity do also notify x | 0 | attachments | warning | rule copies | DROP RULE copies ON public.session_activity",
        "create publication p_DATABASE for table user_sessions | 0 | attachments | warning | publication p_ | DROP TABLE public.user_sessions",
        "create publication p_DATABASE for all tables | 0 | attachments | warning | of all tables | publish chosen tables",
        "create publication p_DATABASE for tables in schema public | 0 | attachments | warning | of all tables in schema public | DROP TABLES IN SCHEMA public",
        "create function seen() returns trigger language plpgsql as 'begin return null; end'; create trigger t after insert on user_sessions execute function seen() | 0 | attachments | warning | user_sessions.t | DROP TRIGGER t ON public.user_sessions",
        "create function seen() returns trigger language plpgsql as 'begin return null; end'; alter function seen() owner to STRANGER; create trigger t after insert on user_sessions execute function seen() | 6 | attachments | failed | seen() of role stranger_ | DROP TRIGGER t",
        "create function session_hash_decrypt(text, text) returns text language sql as 'select null' | 6 | functions | failed | session_hash_decrypt(text, text) of role postgres | DROP FUNCTION public.session_hash_decrypt(text, text)",
        "alter function session_new_key() owner to STRANGER | 6 | functions | failed | session_new_key() of role stranger_ | DROP FUNCTION public.session_new_key()",
        "create procedure session_audit(int) language sql as ''; alter procedure session_audit(int) owner to STRANGER | 6 | functions | failed | session_audit(integer) | DROP PROCEDURE public.session_audit(integer)",
        "create function session_of_another_program() returns int language sql as 'select 1' | 0 | functions | ok | none but ours | none",
        "create operator public.~~~~ (function = texteq, leftarg = text, rightarg = text); alter operator public.~~~~ (text, text) owner to STRANGER | 0 | operators | warning | public.~~~~ (text, text) of role stranger_ | DROP OPERATOR",
      })
  void tellsWhatOthersHaveOnTheTables(
      String given, int exitCode, String check, String status, String text, String remedy) {
    String stranger = role("stranger", "select 1");
    if (given.contains("owner to")) {
      database.execute("grant create on schema public to " + stranger);
    }
    UnaryOperator<String> named =
        sql -> sql.replace("STRANGER", stranger).replace("DATABASE", database.name());
    database.execute(named.apply(given));
    CliRun.Result result = doctor(database.url());
    check(result, exitCode, check, status, named.apply(text), named.apply(remedy));
  }

  @Test
  void findsWhatDefaultPrivilegesGave() {
    String anon = role("anon", "alter default privileges grant all on tables to ROLE");
    database.execute(
        "grant all on user_sessions, encryption_keys, session_activity, session_schema_version to "
            + anon);
    check(
        doctor(database.url()),
        2,
        "grants",
        "failed",
        anon + ", by default privileges, may",
        "read keys",
        "REVOKE ALL ON public.encryption_keys, public.session_activity,"
            + " public.session_schema_version, public.user_sessions FROM "
            + anon);
    database.execute(
        "revoke all on public.encryption_keys, public.session_activity,"
            + " public.session_schema_version, public.user_sessions from "
            + anon);
    check(doctor(database.url()), 0, "grants", "ok");
  }

  @Test
  void doesNotBlameTheAgentForRightsThatItNeeds() {
    String agent =
        role(
            "agent",
            DoctorChecks.AGENT + "alter default privileges grant select on tables to ROLE");
    check(doctor(database.url(agent)), 0, "grants", "ok");
    check(doctor(database.url()), 2, "grants", "failed", agent + ", by default privileges");
  }

  @Test
  void doesNotTakeHiddenRowsForNone() {
    database.insertByGuide("1", "sess_1");
    String agent = role("agent", DoctorChecks.AGENT);
    database.execute("alter table user_sessions enable row level security");
    CliRun.Result result = doctor(database.url(agent));
    check(
        result,
        4,
        "row-security",
        "failed",
        "hides rows of public.user_sessions from role " + agent,
        "ALTER TABLE public.user_sessions DISABLE ROW LEVEL SECURITY",
        "ALTER ROLE " + agent + " BYPASSRLS");
    check(result, 4, "sessions", "skipped", "row level security");
    check(result, 4, "cipher", "failed", "42501");
    check(doctor(database.url()), 0, "row-security", "ok", "on for public.user_sessions");
    database.execute("alter role " + agent + " bypassrls");
    check(doctor(database.url(agent)), 0, "row-security", "ok", "restricts neither");
    check(doctor(database.url(agent)), 0, "sessions", "ok", "1 session");
  }

  @Test
  void saysThatRowSecurityIsForcedOnTheOwner() {
    database.execute("alter table encryption_keys force row level security");
    check(doctor(database.url()), 0, "row-security", "warning", "NO FORCE ROW LEVEL SECURITY");
    String owner = role("owner", "grant all on schema public to ROLE");
    database.execute("alter table encryption_keys enable row level security");
    for (String table :
        new String[] {
          "encryption_keys", "user_sessions", "session_activity", "session_schema_version"
        }) {
      database.execute("alter table " + table + " owner to " + owner);
    }
    CliRun.Result result = doctor(database.url());
    check(result, result.code(), "row-security", "failed", "forced on the owner of");
  }

  @Test
  void callsNoFunctionOfAStranger() {
    database.insertByGuide("1", "sess_1");
    String stranger = role("stranger", "grant create on schema public to ROLE");
    for (String function :
        new String[] {"session_schema_objects()", "session_hash_is_sealed(bytea)"}) {
      database.execute("alter function " + function + " owner to " + stranger);
    }
    CliRun.Result result = doctor(database.url());
    check(result, 6, "objects", "failed", "missing or another role's");
    check(result, 6, "cipher", "skipped", "another role's");
  }
}
