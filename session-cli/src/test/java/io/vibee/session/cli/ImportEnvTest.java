package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Session;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.process.DotenvFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** From the variables into the database. */
@Execution(ExecutionMode.CONCURRENT)
class ImportEnvTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  private CliRun cli() {
    return CliRun.on(database.url())
        .with("TELEGRAM_SESSION_ID", "sess_demo0001")
        .with("TELEGRAM_API_ID", "94892")
        .with("TELEGRAM_API_HASH", Canary.API_HASH)
        .with("USER_ID", "100200300")
        .with("TELEGRAM_SESSION_1_PHONE", "+10005550123");
  }

  private CliRun two() {
    return cli()
        .with("TELEGRAM_SESSION_ID_2", "sess_demo0002")
        .with("TELEGRAM_SESSION_2_USERNAME", "it's \"$HOME\" `id` '; drop table user_sessions --")
        .with("USER_ID_2", "100200301");
  }

  private String sessions() {
    return database.value("select count(*) from user_sessions");
  }

  @Test
  void movesAllAccountsAndDoesNothingTheSecondTime() {
    CliRun.Result first = two().run("import-env").assertDone();
    assertThat(first.out())
        .isEqualTo(
            """
            created session sess_demo0001 of user 100200300
            created session sess_demo0002 of user 100200301
            2 created, 0 updated, 0 unchanged
            """);
    assertThat(two().run("import-env", "--json").assertDone().json().path("unchanged").asInt())
        .isEqualTo(2);
    try (var store = database.store()) {
      Session second = store.findByUserId("100200301").orElseThrow();
      assertThat(second.username()).isEqualTo("it's \"$HOME\" `id` '; drop table user_sessions --");
      assertThat(second.apiId()).isEqualTo(94892);
    }
  }

  @Test
  void saysWhatIsWrongWithAVariableRatherThanThatItIsNoNumber() {
    CliRun.Result quoted =
        cli().with("TELEGRAM_API_ID", "\"94892\"").with("USER_ID", "").run("import-env");
    quoted.assertFails(2, "TELEGRAM_API_ID: the value is in quotes");
    assertThat(quoted.lastError()).contains("USER_ID is not set").doesNotContain("whole number");
    cli()
        .with("TELEGRAM_API_ID", "")
        .with("TELEGRAM_API_ID_FILE", "/run/secrets/api_id")
        .run("import-env")
        .assertFails(2, "TELEGRAM_API_ID_FILE is not read");
  }

  @Test
  void namesTheVariablesThatAreMissing() {
    two()
        .with("USER_ID", "")
        .with("USER_ID_2", "")
        .run("import-env")
        .assertFails(2, "USER_ID, USER_ID_2 are not set");
    two().with("USER_ID_2", "").run("import-env").assertFails(2, "USER_ID_2 is not set");
    CliRun.Result nothing = new CliRun().with("TELEGRAM_SESSION_ID_2", "sess_2").run("import-env");
    nothing.assertFails(
        2,
        "DATABASE_URL, TELEGRAM_SESSION_ID, TELEGRAM_API_ID, TELEGRAM_API_HASH, USER_ID, USER_ID_2"
            + " are not set: set each in the environment, or write such a line into .env");
    assertThat(nothing.err().lines())
        .contains("  DATABASE_URL=postgresql://user:password@localhost:5432/vibee")
        .anyMatch(line -> line.startsWith("  TELEGRAM_SESSION_ID=sess_demo0001 "))
        .anyMatch(line -> line.startsWith("  TELEGRAM_API_ID=94892 "))
        .anyMatch(line -> line.startsWith("  TELEGRAM_API_HASH=0123456789abcdef0123456789abcdef "))
        .anyMatch(line -> line.startsWith("  USER_ID=100200300 "))
        .anyMatch(line -> line.startsWith("  USER_ID_2=100200300 "));
    two()
        .with("TELEGRAM_API_ID", "0")
        .with("TELEGRAM_API_HASH_2", Canary.API_HASH)
        .with("USER_ID", "")
        .run("import-env")
        .assertFails(
            2, "USER_ID, TELEGRAM_API_ID_2 are not set; TELEGRAM_API_ID must be a whole number");
    cli().with("TELEGRAM_API_ID", "x1").run("import-env").assertFails(2, "TELEGRAM_API_ID must be");
    cli().with("TELEGRAM_SESSION_ID", "").run("import-env").assertFails(2, "TELEGRAM_SESSION_ID");
    cli().with("DATABASE_URL", "").run("import-env").assertFails(2, "DATABASE_URL is not set");
    assertThat(sessions()).isEqualTo("0");
  }

  @Test
  void migratesOnceNothingIsMissing() {
    TestDatabase fresh = Postgres.NEWEST.createDatabase();
    CliRun one = cli().with("DATABASE_URL", fresh.url());
    one.with("USER_ID", "").run("import-env", "--migrate").assertFails(2, "USER_ID is not set");
    assertThat(fresh.value("select to_regclass('user_sessions') is null")).isEqualTo("t");
    CliRun.Result moved = one.with("USER_ID", "1").run("import-env", "--migrate", "--json");
    assertThat(moved.assertDone().json().path("created").asInt()).isEqualTo(1);
    assertThat(moved.err()).contains("migrated: the schema is up to date");
  }

  /** As they are printed, into .env. */
  @Test
  void printsExamplesThatDotenvReads(@TempDir Path folder) throws Exception {
    List<String> examples =
        new CliRun().run("import-env").err().lines().filter(it -> it.startsWith("  ")).toList();
    Path file = Files.write(folder.resolve(".env"), examples);
    assertThat(DotenvFiles.mergeFile(Map.of(), file).values())
        .isNotEmpty()
        .noneMatch(value -> value.contains(" "));
  }

  @Test
  void keepsANewerCredentialUnlessToldOtherwise() {
    two().run("import-env").assertDone();
    database.execute(
        "update user_sessions set is_active = false, is_authorized = true, auto_reply_enabled = false where user_id = '100200300'");
    two().run("import-env").assertDone();
    CliRun newer =
        two()
            .with("TELEGRAM_API_ID", "5")
            .with("TELEGRAM_SESSION_1_PHONE", "+10005550199")
            .with("TELEGRAM_SESSION_ID_3", "sess_demo0003")
            .with("USER_ID_3", "100200302");
    CliRun.Result refused = newer.run("import-env");
    refused.assertFails(2, "2 sessions differ from what is stored");
    assertThat(refused.err())
        .contains("user 100200300 is stored with another api_id, phone", "user 100200301")
        .doesNotContain("+10005550199");
    assertThat(sessions()).as("all or nothing").isEqualTo("2");

    newer.run("import-env", "--replace").assertDone();
    assertThat(
            database.value(
                "select api_id, phone, is_active, is_authorized, auto_reply_enabled from user_sessions where user_id = '100200300'"))
        .isEqualTo("5|+10005550199|f|t|f");
  }

  @Test
  void refusesASessionOfAnotherUser() {
    database.insertByGuide("1", "sess_demo0002");
    CliRun.Result refused = two().run("import-env");
    refused.assertFails(2, "1 session would be another user's");
    assertThat(refused.err())
        .contains(
            "session sess_demo0002 of user 100200301 is stored as that of user 1, who is not");
    assertThat(sessions()).isEqualTo("1");
  }

  @Test
  void replacesAHashThatCannotBeReadOnlyWhenTold() {
    cli().run("import-env").assertDone();
    database.executeWithoutTriggers("update user_sessions set api_hash_encrypted = 'garbage'");
    assertThat(cli().run("import-env").err()).contains("the stored one cannot be read");
    cli().run("import-env", "--replace").assertDone();
    assertThat(cli().run("import-env").out()).contains("1 unchanged");
  }
}
