package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The jar as people and scripts run it: real processes on a real database. */
@Execution(ExecutionMode.CONCURRENT)
class VibeeSessionIT {
  private static final int MANY = 10_000;

  @TempDir Path folder;

  private static TestDatabase withMany() {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.execute(
        """
        insert into user_sessions (user_id, session_id, api_id, api_hash_encrypted)
          select i::text, 'sess_' || i, 1, h from generate_series(1, %d) i,
            (select pgp_sym_encrypt('x', (select master_key from encryption_keys where id = 1)) as h) x
        """
            .formatted(MANY));
    return database;
  }

  private CliRun.Result run(TestDatabase database, String input, String... args) throws Exception {
    return start(database, args).type(input).result();
  }

  private CliProcess start(TestDatabase database, String... args) throws Exception {
    return CliProcess.start(folder, Map.of("DATABASE_URL", database.url()), CliProcess.jar(args));
  }

  @Test
  void tellsTheWholeStory() throws Exception {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    String backup = folder.resolve("b.pgp").toString();
    run(database, "", "list").assertFails(6, "run the migrations");
    run(database, "", "migrate").assertDone();
    String[] add = {
      "add", "100200300", "--session-id", "sess_I", "--api-id", "94892", "--api-hash-stdin"
    };
    assertThat(run(database, Canary.API_HASH, add).assertDone().out())
        .isEqualTo("created session sess_I of user 100200300\n");
    assertThat(run(database, "", "list").assertDone().out()).contains("sess_I", "94892");
    assertThat(run(database, "", "show", "sess_I", "--json").json().path("created_at").asText())
        .endsWith("Z");
    run(database, "", "deactivate", "100200300").assertDone();
    run(database, "", "activate", "100200300").assertDone();
    run(database, "", "activate", "nobody").assertFails(3, "no session");
    assertThat(run(database, "", "activity", "--json").json().path("activity").size()).isEqualTo(3);
    run(database, "", "import-env").assertFails(2, "TELEGRAM_SESSION_ID, ");
    String key = run(database, "", "generate-key").assertDone().out();
    assertThat(run(database, "", "rotate-key").assertDone().out()).startsWith("moved 1 sessions");
    run(database, key, "export", backup, "--passphrase-stdin").assertDone();
    run(database, "", "delete", "100200300").assertFails(2, "--yes");
    run(database, "", "delete", "100200300", "--yes").assertDone();
    run(database, "wrong", "import", backup, "--passphrase-stdin").assertFails(5, "passphrase");
    run(database, key, "import", backup, "--passphrase-stdin").assertDone();
    assertThat(run(database, "", "doctor").assertDone().out())
        .contains("all can be decrypted (1 session)");
    assertThat(run(database, "", "completion").assertDone().out()).startsWith("#!/");
    run(database, "", "lst", "--json").assertFails(2, "unknown");
    CliProcess.start(
            folder, Map.of("DATABASE_URL", "postgresql://x@localhost:1/d"), CliProcess.jar("list"))
        .result()
        .assertFails(4, "check that it runs");
  }

  @Test
  void keepsTheHashOutOfTheListOfProcesses() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    CliProcess waiting =
        start(database, "add", "1", "--session-id", "s", "--api-id", "1", "--api-hash-stdin");
    OutputStream in = waiting.process().getOutputStream();
    in.write((Canary.API_HASH + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
    assertThat(waiting.arguments()).contains("--api-hash-stdin").doesNotContain(Canary.API_HASH);
    waiting.result().assertDone();
    assertThat(database.value("select count(*) from user_sessions")).isEqualTo("1");
  }

  @Test
  void asksWithoutShowingWhatIsTyped() throws Exception {
    String script = Tools.require("script");
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    String command =
        CliProcess.jar("add", "1", "--session-id", "s", "--api-id", "1").stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
    CliProcess terminal =
        CliProcess.start(
            folder,
            Map.of("DATABASE_URL", database.url()),
            List.of(script, "-qec", command, "/dev/null"));
    await(terminal, shown -> shown.contains("api_hash (not shown): "));
    terminal.type(Canary.API_HASH + "\n");
    assertThat(terminal.result().assertDone().out()).contains("created session s of user 1");
  }

  @Test
  void leavesNoBackupWhenAnExportIsEndedOrKilled() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertByGuide("1", "sess_1");
    Path backup = Files.createDirectory(folder.resolve("backups")).resolve("b.pgp");
    String[] export = {"export", backup.toString(), "--passphrase-stdin"};
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table user_sessions in access exclusive mode");
      Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
      Map<String, String> environment = Map.of("DATABASE_URL", database.url());
      CliProcess ended = CliProcess.start(elsewhere, environment, CliProcess.jar(export));
      CliProcess killed = start(database, export).type(Canary.MASTER_KEY);
      ended.type(Canary.MASTER_KEY);
      await(killed, shown -> files(backup.getParent()).size() == 2);
      assertThat(files(backup.getParent()))
          .allSatisfy(part -> assertThat(mode(part)).isEqualTo("rw-------"));
      ended.process().destroy();
      ended.process().waitFor();
      assertThat(files(backup.getParent())).as("nothing when it is told to end").hasSize(1);
      killed.process().destroyForcibly().waitFor();
    }
    assertThat(backup).doesNotExist();
    run(database, Canary.MASTER_KEY, export).assertDone();
    assertThat(files(backup.getParent())).as("what was killed left its own").hasSize(2);
    assertThat(backup).exists();
  }

  private static List<Path> files(Path of) {
    try (Stream<Path> all = Files.list(of)) {
      return all.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void finishesAnImportThatWasKilled() throws Exception {
    TestDatabase source = withMany();
    String backup = folder.resolve("b.pgp").toString();
    run(source, Canary.MASTER_KEY, "export", backup, "--passphrase-stdin").assertDone();
    TestDatabase target = TestDatabase.migrated(Postgres.NEWEST);
    String[] restore = {"import", backup, "--passphrase-stdin"};
    CliProcess killed = start(target, restore).type(Canary.MASTER_KEY);
    await(killed, shown -> stored(target) >= 20);
    killed.process().destroyForcibly().waitFor();
    assertThat(stored(target)).isBetween(20L, MANY - 1L);
    assertThat(
            target.value(
                "select count(*) from session_activity where activity_type = 'session_created'"))
        .as("each with its entry")
        .isEqualTo(Long.toString(stored(target)));
    CliRun.Result rest = run(target, Canary.MASTER_KEY, restore).assertDone();
    assertThat(rest.out()).matches("\\d+ created, 0 updated, \\d+ unchanged\n");
    assertThat(stored(target)).isEqualTo(MANY);
  }

  private static long stored(TestDatabase database) {
    return Long.parseLong(database.value("select count(*) from user_sessions"));
  }

  private static void await(CliProcess running, Predicate<String> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .failFast(running::requireRunning)
        .until(() -> condition.test(running.read("out") + running.read("err")));
  }
}
