package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Imports of many sessions, and of a few into many. */
@Execution(ExecutionMode.CONCURRENT)
class ImportManyTest {
  private static final int MANY = 2_400;

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private String backup = "";

  @BeforeEach
  void addMany(@TempDir Path folder) {
    database.insertMany(MANY);
    backup = folder.resolve("sessions.pgp").toString();
  }

  private CliRun.Result cli(String... args) {
    return CliRun.on(database.url()).typing(Canary.MASTER_KEY).run(args);
  }

  private CliRun.Result restore(String... more) {
    return cli(
        Stream.concat(Stream.of("import", backup, "--passphrase-stdin"), Arrays.stream(more))
            .toArray(String[]::new));
  }

  private void export(String... more) {
    cli(Stream.concat(Stream.of("export", backup, "--passphrase-stdin"), Arrays.stream(more))
            .toArray(String[]::new))
        .assertDone();
  }

  private void assertNothingIsDoneAgain() {
    String entries = database.value("select count(*) from session_activity");
    assertThat(restore().assertDone().out())
        .isEqualTo("0 created, 0 updated, " + MANY + " unchanged\n");
    assertThat(database.value("select count(*) from session_activity")).isEqualTo(entries);
  }

  @Test
  void addsChangesAndLeavesMany() {
    export();
    database.execute("delete from user_sessions where id % 3 = 0");
    database.execute("update user_sessions set username = 'new' where id % 3 = 1");
    restore().assertFails(2, "800 sessions differ");
    assertThat(restore("--replace").assertDone().out())
        .isEqualTo("800 created, 800 updated, 800 unchanged\n");
    assertNothingIsDoneAgain();
  }

  @Test
  void storesTheOthersWhenOneIsRefused() {
    export();
    database.execute(
        """
        delete from user_sessions;
        alter table user_sessions add constraint odd check (user_id <> '1200')
        """);
    CliRun.Result one = restore();
    one.assertFails(4, "23514");
    assertThat(one.err()).contains("2399 of 2400 are stored; run it again for the rest\n");
    database.execute(
        """
        delete from user_sessions;
        alter table user_sessions drop constraint odd;
        alter table user_sessions add constraint odd check (user_id not in ('7', '1200'))
        """);
    CliRun.Result two = restore();
    two.assertFails(4, "23514");
    assertThat(two.err())
        .contains("2398 of 2400 are stored", "not stored: user 7: ", "not stored: user 1200: ");
    database.execute("alter table user_sessions drop constraint odd");
    assertThat(restore().assertDone().out()).isEqualTo("2 created, 0 updated, 2398 unchanged\n");
    assertNothingIsDoneAgain();
  }

  @Test
  void looksUpAFewAmongMany() {
    export("--session", "sess_5", "--session", "sess_6", "--session", "sess_7");
    assertThat(restore().assertDone().out()).isEqualTo("0 created, 0 updated, 3 unchanged\n");
    database.execute(
        """
        delete from user_sessions where user_id = '5';
        update user_sessions set session_id = 'sess_5' where user_id = '9';
        update user_sessions set api_id = 7 where user_id = '6'
        """);
    CliRun.Result refused = restore("--replace");
    refused.assertFails(2, "1 session would be another user's");
    assertThat(refused.err()).contains("session sess_5 of user 5 is stored as that of user 9, who");
    cli("delete", "9", "--yes").assertDone();
    CliRun.Result differs = restore();
    differs.assertFails(2, "a session differs");
    assertThat(differs.err()).contains("user 6 is stored with another api_id");
    assertThat(restore("--replace").assertDone().out())
        .isEqualTo("1 created, 1 updated, 1 unchanged\n");
  }
}
