package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators do all day, on a real database. */
@Execution(ExecutionMode.CONCURRENT)
class SessionCommandsTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  private CliRun cli() {
    return CliRun.on(database.url());
  }

  private CliRun.Result add(String userId, String sessionId, String... more) {
    String[] args = {"add", userId, "--session-id", sessionId, "--api-id", "94892"};
    String[] all = Arrays.copyOf(args, args.length + 1 + more.length);
    all[args.length] = "--api-hash-stdin";
    System.arraycopy(more, 0, all, args.length + 1, more.length);
    return cli().typing(Canary.API_HASH + "\n").run(all);
  }

  private String hash(String userId) {
    try (var store = database.store()) {
      return store.findByUserId(userId).orElseThrow().apiHash().exposeSecret();
    }
  }

  @Test
  void migratesAnyNumberOfTimes() {
    TestDatabase fresh = Postgres.NEWEST.createDatabase();
    CliRun.on(fresh.url()).run("list").assertFails(6, "run the migrations");
    CliRun.on(fresh.url()).run("migrate").assertDone();
    JsonNode json = CliRun.on(fresh.url()).run("migrate", "--json").assertDone().json();
    assertThat(json.path("migrated").asBoolean()).isTrue();
    CliRun.on(fresh.url()).run("list").assertDone();
  }

  @Test
  void namesWhatTheDatabasesEncodingLacks() {
    TestDatabase latin = Postgres.NEWEST.createDatabaseIn("WIN1252");
    CliRun.on(latin.url())
        .typing(Canary.API_HASH + "\n")
        .run(
            "add",
            "100200300",
            "--session-id=sess_demo0001",
            "--api-id=94892",
            "--username=\u0418",
            "--api-hash-stdin")
        .assertFails(2, "username has a character that the database's encoding, WIN1252, lacks");
    CliRun.on(latin.url())
        .with("TELEGRAM_SESSION_ID", "sess_demo0001")
        .with("TELEGRAM_API_ID", "94892")
        .with("TELEGRAM_API_HASH", Canary.API_HASH)
        .with("TELEGRAM_SESSION_1_USERNAME", "\u0418")
        .with("USER_ID", "100200300")
        .run("import-env")
        .assertFails(2, "session sess_demo0001: username has a character");
  }

  @Test
  void addsThenMergesThenLeavesAlone() {
    assertThat(add("100200300", "sess_demo0001", "--phone", "+10005550123").assertDone().out())
        .isEqualTo("created session sess_demo0001 of user 100200300\n");
    assertThat(hash("100200300").equals(Canary.API_HASH)).isTrue();

    JsonNode updated =
        cli()
            .run(
                "add",
                "100200300",
                "--chat",
                "-1001234567890",
                "--chat",
                "some_channel",
                "--auto-reply",
                "false",
                "--username",
                "demo user",
                "--json")
            .assertDone()
            .json();
    assertThat(updated.path("outcome").asText()).isEqualTo("updated");
    JsonNode session = updated.path("session");
    assertThat(session.path("phone").asText()).isEqualTo("+10005550123");
    assertThat(session.path("target_chats").toString())
        .isEqualTo("[-1001234567890,\"some_channel\"]");
    assertThat(session.path("auto_reply_enabled").asBoolean(true)).isFalse();
    assertThat(session.has("api_hash")).isFalse();

    CliRun.Result unchanged = cli().run("add", "100200300", "--auto-reply", "false");
    assertThat(unchanged.assertDone().out()).startsWith("unchanged session");
    cli().run("add", "100200300", "--phone", "", "--chat", "").assertDone();
    JsonNode shown = cli().run("show", "100200300", "--json").assertDone().json();
    assertThat(shown.path("phone").isNull()).isTrue();
    assertThat(shown.path("target_chats").size()).isZero();
    assertThat(shown.path("username").asText()).isEqualTo("demo user");
  }

  @Test
  void refusesToAddWhatIsIncompleteMalformedOrTaken() {
    add("1", "sess_1").assertDone();
    add("1", "sess_1", "--new").assertFails(2, "has a session already");
    add("2", "sess_1").assertFails(2, "belongs to another user");
    add("2", "sess 2").assertFails(2, "session_id must not contain white space");
    add("2", "sess_2", "--phone", "9".repeat(51)).assertFails(2, "phone is longer than 50");
    cli()
        .run("add", "2", "--phone", "+10005550123")
        .assertFails(2, "--session-id, --api-id, an api_hash");
    cli().run("add", "2", "--session-id", "sess_2", "--api-id", "0").assertFails(2, "api_id");
    cli()
        .run("add", "2", "--session-id", "sess_2", "--api-id", "5")
        .assertFails(2, "there is nobody to ask for the api_hash");
    cli()
        .typing("\n")
        .run("add", "2", "--session-id", "s", "--api-id", "5", "--api-hash-stdin")
        .assertFails(2, "the first line is empty");
    assertThat(database.value("select count(*) from user_sessions")).isEqualTo("1");
  }

  @Test
  void readsTheHashFromAFileAVariableOrAPrompt(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("hash"), Canary.API_HASH + "\r\nmore\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    CliRun.Result open =
        cli()
            .run(
                "add",
                "1",
                "--session-id",
                "s1",
                "--api-id",
                "1",
                "--api-hash-file",
                file.toString());
    assertThat(open.assertDone().err()).contains("chmod 600");
    cli()
        .with("MY_HASH", Canary.API_HASH)
        .run("add", "2", "--session-id", "s2", "--api-id", "1", "--api-hash-env", "MY_HASH")
        .assertDone();
    cli()
        .answering(Canary.API_HASH)
        .run("add", "3", "--session-id", "s3", "--api-id", "1")
        .assertDone();
    cli().answering(Canary.API_HASH).run("add", "3", "--api-hash-prompt").assertDone();
    for (String user : new String[] {"1", "2", "3"}) {
      assertThat(hash(user).equals(Canary.API_HASH)).isTrue();
    }
  }

  @Test
  void activatesDeactivatesAndDeletesUnderItsOwnName() {
    add("1", "sess_1").assertDone();
    assertThat(cli().run("deactivate", "1").assertDone().out()).contains("is inactive now");
    assertThat(cli().run("deactivate", "sess_1").out()).contains("was inactive already");
    assertThat(cli().run("activate", "1", "--json").json().path("changed").asBoolean()).isTrue();
    cli().run("activate", "nobody").assertFails(3, "no session has this id");
    cli().run("delete", "1").assertFails(2, "--yes");
    cli().answering("no").run("delete", "1").assertFails(2, "nothing was deleted");
    assertThat(cli().answering("yes").run("delete", "1").assertDone().out()).contains("is deleted");
    cli().run("delete", "1", "--yes").assertFails(3, "no session");
    assertThat(
            database.query(
                "select distinct details->>'actor' from session_activity where session_id = 'sess_1'"))
        .containsExactly("cli:" + System.getProperty("user.name"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update user_sessions set session_id = 'sess_old' where user_id = '1';"
            + " update user_sessions set session_id = 'sess_1' where user_id = '2'",
        "delete from user_sessions where user_id = '1';"
            + " update user_sessions set session_id = 'sess_1' where user_id = '2'",
        "update user_sessions set user_id = '3' where user_id = '1'",
      })
  void deletesNoSessionThatNobodyWasAskedAbout(String change) {
    add("1", "sess_1").assertDone();
    add("2", "sess_2").assertDone();
    CliRun asked = cli().answering("yes").meanwhile(() -> database.execute(change));
    asked.run("delete", "1").assertFails(2, "nothing was deleted: while you were asked");
    assertThat(database.query("select 1 from user_sessions where session_id = 'sess_1'"))
        .hasSize(1);
  }

  @Test
  void deletesNothingTwice() {
    add("1", "sess_1").assertDone();
    CliRun asked =
        cli().answering("yes").meanwhile(() -> database.execute("delete from user_sessions"));
    assertThat(asked.run("delete", "1").assertDone().out()).contains("is not there any more");
  }

  @Test
  void asksWhichOneIfAnIdIsAmbiguous() {
    add("both", "sess_1").assertDone();
    add("2", "both").assertDone();
    cli().run("show", "both").assertFails(2, "--session or --user");
    assertThat(cli().run("show", "both", "--user").out()).contains("sess_1");
    assertThat(cli().run("show", "--session", "both", "--json").json().path("user_id").asText())
        .isEqualTo("2");
  }

  @Test
  void pagesThroughMoreSessionsThanOneCallGives() {
    database.execute(
        """
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted, is_active)
          select i::text, 'sess_' || i, 1, h, i % 2 = 0 from generate_series(1, 2500) i,
            (select pgp_sym_encrypt('x', (select master_key from encryption_keys where id = 1)) as h) x
        """);
    JsonNode all = cli().run("list", "--json").assertDone().json().path("sessions");
    assertThat(all.size()).isEqualTo(2500);
    assertThat(all.get(2499).path("user_id").asText()).isEqualTo("2500");
    assertThat(cli().run("list", "--inactive").assertDone().out().lines()).hasSize(1251);
    assertThat(cli().run("list", "--active", "--json").json().path("sessions").size())
        .isEqualTo(1250);
  }

  @Test
  void showsHostileNamesWithoutObeyingThem() {
    add("1", "sess_1").assertDone();
    database.execute(
        "update user_sessions set username = E'\\x1b[31m\\u202Eevil', user_id = E'1\\x1b]0;x\\x07\\n2'");
    CliRun.Result list = cli().columns(60).run("list");
    assertThat(list.out()).doesNotContain("\u001b", "\u202e", "\u0007");
    assertThat(list.out().lines()).hasSize(2).allMatch(line -> line.length() <= 60);
    JsonNode json = cli().run("list", "--json").json().path("sessions").get(0);
    assertThat(json.path("username").asText()).isEqualTo("\u001b[31m\u202eevil");
  }

  @Test
  void masksPhonesInTheTableAlone() {
    add("1", "sess_1", "--phone", "+10005550123").assertDone();
    assertThat(cli().run("list").out()).contains("+1000***0123").doesNotContain("+10005550123");
    assertThat(cli().run("show", "1").out()).contains("+10005550123");
  }

  @Test
  void readsTheLogPageByPage() {
    add("1", "sess_1").assertDone();
    cli().run("deactivate", "1").assertDone();
    cli().run("activate", "1").assertDone();
    JsonNode first = cli().run("activity", "sess_1", "--limit", "2", "--json").assertDone().json();
    assertThat(first.path("activity").get(0).path("activity_type").asText())
        .isEqualTo("session_activated");
    String next = first.path("next").asText();
    JsonNode rest = cli().run("activity", "sess_1", "--before", next, "--json").json();
    assertThat(rest.path("activity").size()).isEqualTo(1);
    assertThat(rest.path("next").isNull()).isTrue();
    assertThat(cli().run("activity", "*").assertDone().out()).contains("key_changed");
  }

  @Test
  void rotatesAndSaysWhatStaysBehind() {
    add("1", "sess_1").assertDone();
    add("2", "sess_2").assertDone();
    JsonNode moved = cli().run("rotate-key", "--json").assertDone().json();
    assertThat(moved.path("moved").asInt()).isEqualTo(2);
    assertThat(cli().run("rotate-key", "--continue").assertDone().out()).startsWith("moved 0 sess");
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = 'garbage' where user_id = '2'");
    cli().run("rotate-key").assertFails(5, "cannot be read keep their key: vibee-session doctor");
    assertThat(cli().with("ENCRYPTION_MASTER_KEY", Canary.MASTER_KEY).run("rotate-key").code())
        .isEqualTo(5);
    cli().run("rotate-key", "--database").assertFails(5, "set ENCRYPTION_MASTER_KEY_FILE");
    assertThat(
            cli()
                .with("ENCRYPTION_MASTER_KEY", Canary.MASTER_KEY)
                .run("rotate-key", "--database")
                .err())
        .contains("in it");
  }

  @Test
  void saysThatTheServerIsNotThere() {
    CliRun.on("postgresql://postgres@localhost:1/d")
        .run("list")
        .assertFails(4, "check that it runs");
    CliRun.on(database.urlWithPassword("made_up")).run("list").assertFails(4, "refuses the login");
  }

  @Test
  void readsDotenvFilesOfTheProjectOrAFileThatIsNamed(@TempDir Path folder) throws Exception {
    add("1", "sess_1").assertDone();
    Path file =
        Files.writeString(folder.resolve(".env"), "DATABASE_URL='" + database.url() + "'\n");
    assertThat(new CliRun().in(folder).run("list").assertDone().out()).contains("sess_1");
    assertThat(new CliRun().run("list", "--env-file", file.toString()).assertDone().out())
        .contains("sess_1");
  }
}
