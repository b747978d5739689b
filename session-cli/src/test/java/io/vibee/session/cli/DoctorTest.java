package io.vibee.session.cli;

import static io.vibee.session.cli.DoctorChecks.check;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Set-ups that are broken for real, and what the doctor says of them. */
@Execution(ExecutionMode.CONCURRENT)
class DoctorTest {
  private static final List<String> NO_DATABASE =
      List.of("database-url", "files", "key-setting", "connection", "bridge");

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  private CliRun.Result doctor() {
    return CliRun.on(database.url()).run("doctor", "--json");
  }

  private String role(String rights) {
    return database.url(DoctorChecks.role(database, "role", rights));
  }

  @Test
  void findsNothingWrongWithASetUpThatFollowsTheGuide() {
    database.insertByGuide("1", "sess_1");
    String url = role(DoctorChecks.AGENT);
    CliRun.Result result = CliRun.on(url).run("doctor");
    assertThat(result.assertDone().out())
        .contains("0 warnings, 0 failed")
        .contains("all can be decrypted (1 session)");
    assertThat(result.err()).isEmpty();
    assertThat(CliRun.on(url).run("doctor", "--json").json().path("status").asText())
        .isEqualTo("ok");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "drop extension pgcrypto cascade | 6 | pgcrypto | failed | CREATE EXTENSION pgcrypto",
        "drop table session_schema_version | 6 | tables | failed | session_schema_version",
        "drop table session_schema_version | 6 | schema | failed | run the migrations",
        "insert into session_schema_version (version) values (999) | 6 | schema | failed | update the library",
        "alter table user_sessions disable trigger session_20_insert | 6 | triggers | failed | user_sessions.session_20_insert",
        "alter table session_activity disable trigger user | 6 | triggers | failed | run migrate",
        "drop trigger session_30_audit on user_sessions | 6 | triggers | failed | session_30_audit",
        "create schema other; alter table user_sessions set schema other | 6 | tables | failed | they are in schema other",
        "select 1 | 0 | role | warning | superuser",
        "update encryption_keys set master_key = 'YOUR_NEW_KEY' where id = 1 | 2 | key | failed | rotate-key",
        "update encryption_keys set master_key = 'short' where id = 1 | 0 | key | warning | shorter than 32",
        "update encryption_keys set master_key = 'a passphrase of more than 32 bytes' where id = 1 | 0 | key | warning | passphrase",
        "set vibee.key_change = 'online'; update encryption_keys set master_key = session_new_key() where id = 1 | 0 | earlier-keys | warning | 2 with version",
        "alter database DATABASE set log_statement = 'all' | 0 | server-log | warning | log_statement = all",
      })
  void saysWhatIsWrongAndHowToMendIt(
      String damage, int exitCode, String check, String status, String text) {
    database.insertByGuide("1", "sess_1");
    database.insertByGuide("2", "sess_2");
    database.execute(damage.replace("DATABASE", database.name()));
    check(doctor(), exitCode, check, status, text);
  }

  @Test
  void tellsTheEarlierSchemaAndAnotherProgramsTable() {
    TestDatabase earlier = Postgres.NEWEST.createDatabase();
    CliRun.Result none = CliRun.on(earlier.url()).run("doctor", "--json");
    check(none, 6, "tables", "failed", "run migrate");
    check(none, 6, "triggers", "skipped", "no tables");
    assertThat(CliRun.on(earlier.url()).run("doctor").out())
        .contains(", 1 failed, ")
        .doesNotContain("warning ", "CREATE EXTENSION");
    earlier.execute("create table user_sessions (user_id bigint primary key, chat_id text)");
    check(
        CliRun.on(earlier.url()).run("doctor", "--json"), 6, "tables", "failed", "another program");
    earlier.execute("alter table user_sessions add column api_hash_encrypted text");
    check(
        CliRun.on(earlier.url()).run("doctor", "--json"), 6, "schema", "failed", "the earlier one");
  }

  @Test
  void findsHashesThatWereSwappedDamagedOrStoredInClear() {
    for (int i = 1; i <= 8; i++) database.insertByGuide("" + i, "sess_" + i);
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = overlay(api_hash_encrypted placing '\\x00' from 60) where user_id = '1'");
    check(doctor(), 5, "sessions", "failed", "1 of 8 cannot be read");
    check(doctor(), 5, "cipher", "ok", "8 sessions");
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = 'in clear' where user_id <> '1'");
    check(doctor(), 5, "cipher", "failed", "7 of 8");
    check(doctor(), 5, "sessions", "failed", "and others");
    database.executeWithoutTriggers("update encryption_keys set version = 77 where id = 1");
    check(doctor(), 5, "earlier-keys", "failed", "not in encryption_keys");
    database.executeWithoutTriggers("delete from encryption_keys");
    check(doctor(), 5, "key", "failed", "no row with id = 1");
  }

  @Test
  void findsAHashOfAnotherRowWithAKeyOutsideTheDatabase() {
    database.insertByGuide("1", "sess_1");
    database.insertByGuide("2", "sess_2");
    CliRun withKey = CliRun.on(database.url()).with("ENCRYPTION_MASTER_KEY", Canary.MASTER_KEY);
    check(withKey.run("doctor", "--json"), 0, "key", "warning", "not in force");
    withKey.run("rotate-key").assertDone();
    check(withKey.run("doctor", "--json"), 0, "key", "ok", "outside the database");
    check(doctor(), 5, "key", "failed", "none is set here");
    check(doctor(), 5, "sessions", "failed", "ENCRYPTION_MASTER_KEY_FILE");
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = (select api_hash_encrypted from user_sessions where user_id = '1') where user_id = '2'");
    check(withKey.run("doctor", "--json"), 5, "sessions", "failed", "not what was sealed");
  }

  @Test
  void listsTheRightsThatAreMissing() {
    String url = role("select 1");
    check(CliRun.on(url).run("doctor", "--json"), 4, "rights", "failed", "SELECT on user_sessions");
    String role = "role_" + database.name();
    database.execute(
        "grant select on session_schema_version, encryption_keys, user_sessions to ROLE; grant update (last_seen_at) on user_sessions to ROLE"
            .replace("ROLE", role));
    CliRun.Result loads = CliRun.on(url).run("doctor", "--json");
    check(loads, 0, "rights", "warning", "INSERT on session_activity");
    database.execute("revoke execute on function session_hash_decrypt(bytea, text) from public");
    check(
        CliRun.on(url).run("doctor", "--json"),
        4,
        "rights",
        "failed",
        "EXECUTE on session_hash_decrypt");
    database.execute("grant trigger on user_sessions to " + role);
    check(CliRun.on(url).run("doctor", "--json"), 4, "role", "warning", "TRIGGER");
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://postgres@localhost:1/d, 4, connection, check that it runs",
    "postgresql://postgres@no-such-host.invalid/d, 4, connection, not known here",
    "postgresql://u:p@h/d?sslmoode=require, 2, database-url, DATABASE_URL",
    "'', 2, database-url, is not set",
  })
  void looksAtTheRestEvenIfThereIsNoConnection(
      String url, int exitCode, String check, String text) {
    CliRun.Result result = CliRun.on(url).run("doctor", "--json");
    check(result, exitCode, check, "failed", text);
    List<String> names = new ArrayList<>();
    result.json().path("checks").forEach(finding -> names.add(finding.path("check").asText()));
    assertThat(NO_DATABASE).containsAll(names);
    assertThat(names).contains("files", "key-setting", "bridge");
  }

  @Test
  void tellsAWrongPasswordFromAMissingDatabase() {
    CliRun.Result password =
        CliRun.on(database.urlWithPassword("made_up_password")).run("doctor", "--json");
    check(password, 4, "connection", "failed", "check user and password");
    assertThat(password.out() + password.err()).doesNotContain("made_up_password");
    check(
        CliRun.on(database.url().replace(database.name(), "nowhere")).run("doctor", "--json"),
        4,
        "connection",
        "failed",
        "there is no such database");
  }

  @Test
  void warnsOfAConnectionToElsewhereWithoutTls() {
    // Also this machine, but not by a name that says so.
    String elsewhere = database.url().replace("@localhost:", "@[::ffff:127.0.0.1]:");
    check(CliRun.on(elsewhere).run("doctor", "--json"), 0, "tls", "warning", "sslmode=verify-full");
    check(doctor(), 0, "tls", "ok", "this machine");
    check(
        CliRun.on(elsewhere + "?sslmode=require").run("doctor", "--json"),
        4,
        "connection",
        "failed",
        "the server has no TLS");
  }

  @Test
  void warnsOfFilesThatOthersMayRead(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve(".env"), "DATABASE_URL=" + database.url() + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    check(new CliRun().in(folder).run("doctor", "--json"), 0, "files", "warning", "chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    check(new CliRun().in(folder).run("doctor", "--json"), 0, "files", "ok", "owner alone");
    Path key = Files.writeString(folder.resolve("key"), Canary.MASTER_KEY + "\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    check(
        CliRun.on(database.url())
            .with("ENCRYPTION_MASTER_KEY_FILE", key.toString())
            .run("doctor", "--json"),
        2,
        "key-setting",
        "failed",
        "chmod 600");
  }

  @Test
  void asksTheBridgeIfThereIsOne() throws Exception {
    HttpServer bridge =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    bridge.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    bridge.start();
    String url = "http://127.0.0.1:" + bridge.getAddress().getPort();
    check(
        CliRun.on(database.url()).with("VIBEE_BRIDGE_URL", url + "/").run("doctor", "--json"),
        0,
        "bridge",
        "ok",
        "answers");
    bridge.stop(0);
    check(
        CliRun.on(database.url()).with("VIBEE_BRIDGE_URL", url).run("doctor", "--json"),
        0,
        "bridge",
        "warning",
        "does not answer");
    check(
        CliRun.on(database.url()).with("VIBEE_BRIDGE_URL", "no url").run("doctor", "--json"),
        0,
        "bridge",
        "warning",
        "no URL");
  }
}
