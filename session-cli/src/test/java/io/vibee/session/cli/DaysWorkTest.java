package io.vibee.session.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Finding sessions among many, and changing several at once. */
@Execution(ExecutionMode.CONCURRENT)
class DaysWorkTest {
  private static final String ACTIVE =
      "select coalesce(string_agg(user_id, ',' order by id), '') from user_sessions where is_active";

  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);

  @BeforeEach
  void addFour() {
    for (int i = 1; i <= 4; i++) database.insertByGuide("10020030" + i, "sess_demo000" + i);
    database.execute(
        """
        update user_sessions set username = 'Iris_Demo', phone = '+1 (000) 555-0101' where user_id = '100200301';
        update user_sessions set username = '@twin', phone = '+10005550102' where user_id = '100200302';
        update user_sessions set username = 'TWIN', phone = '+10005550102' where user_id = '100200303';
        update user_sessions set username = null, phone = null where user_id = '100200304';
        """);
  }

  private CliRun cli() {
    return CliRun.on(database.url());
  }

  @Test
  void readsTheUrlFromAFileAsDockerMountsSecrets(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("database_url"), database.url() + "\n");
    for (String command : List.of("migrate", "list", "doctor")) {
      CliRun.Result result =
          CliRun.on("").with("DATABASE_URL_FILE", file.toString()).run(command, "--json");
      assertThat(result.code()).as(command + result.err()).isZero();
    }
    Path dotenv = Files.writeString(folder.resolve("env"), "DATABASE_URL=postgresql://nowhere/x\n");
    CliRun.on("")
        .with("DATABASE_URL_FILE", file.toString())
        .run("list", "--env-file", dotenv.toString())
        .assertDone();
    CliRun.on("")
        .with("DATABASE_URL_FILE", folder.resolve("missing").toString())
        .run("list")
        .assertFails(2, "DATABASE_URL_FILE");
  }

  private String active() {
    return database.value(ACTIVE);
  }

  /** The users that are listed. */
  private List<String> listed(String... options) {
    List<String> args = new ArrayList<>(List.of("list", "--json"));
    args.addAll(List.of(options));
    List<String> users = new ArrayList<>();
    cli()
        .run(args.toArray(String[]::new))
        .assertDone()
        .json()
        .path("sessions")
        .forEach(session -> users.add(session.path("user_id").asText().substring(6)));
    return users;
  }

  @Test
  void changesSeveralByAnyOfTheirNames() {
    CliRun.Result result =
        cli().run("deactivate", "@iris_demo", "100200302", "sess_demo0004", "sess_demo0002");
    assertThat(result.assertDone().out())
        .isEqualTo(
            """
            session sess_demo0001 of user 100200301 is inactive now
            session sess_demo0002 of user 100200302 is inactive now
            session sess_demo0004 of user 100200304 is inactive now
            """);
    JsonNode json =
        cli().run("activate", "+10005550101", "100200303", "--json").assertDone().json();
    assertThat(json.path("sessions").size()).isEqualTo(2);
    assertThat(json.path("sessions").get(0).path("changed").asBoolean()).isTrue();
    assertThat(json.path("sessions").get(1).path("changed").asBoolean(true)).isFalse();
    assertThat(active()).isEqualTo("100200301,100200303");
    assertThat(cli().run("show", "+1000-555-0101").assertDone().out()).contains("Iris_Demo");
    assertThat(cli().run("deactivate", "100200301", "--json").json().path("changed").asBoolean())
        .as("one alone is one document, as ever")
        .isTrue();
  }

  @Test
  void doesNothingUnlessAllAreFound() {
    String hash = "0123456789abcdef0123456789abcdef";
    CliRun.Result unknown =
        cli().run("deactivate", "100200301", "5", hash, "@nobody", "+10009990000", "@");
    unknown.assertFails(
        3, "these name no session: 5, ID number 3, @nobody, +1000***0000, ID number 6: list shows");
    assertThat(unknown.err()).as("it may be a secret in the wrong place").doesNotContain(hash);
    CliRun.Result ambiguous = cli().run("delete", "--yes", "100200301", "@Twin", "+10005550102");
    ambiguous.assertFails(2, "these name several sessions: @Twin, +1000***0102: give the user_id");
    assertThat(ambiguous.err())
        .contains("@Twin names several sessions:\n  session sess_demo0002 of user 100200302, phone")
        .contains("session sess_demo0003 of user 100200303, phone +1000***0102")
        .doesNotContain("5550102");
    cli().run("show", "@twin").assertFails(2, "several sessions");
    cli().run("show", "--user", "@iris_demo").assertFails(3, "no session has this id");
    assertThat(active()).isEqualTo("100200301,100200302,100200303,100200304");
  }

  @Test
  void takesAnIdForWhatItIsBeforeAnyOtherName() {
    database.execute("update user_sessions set session_id = '@twin' where user_id = '100200304'");
    assertThat(cli().run("deactivate", "@twin").assertDone().out()).contains("of user 100200304");
  }

  @Test
  void asksOnceBeforeItDeletesSeveral() {
    CliRun.Result refused = cli().answering("no").run("delete", "100200301", "100200302");
    refused.assertFails(2, "nothing was deleted");
    assertThat(refused.err()).contains("session sess_demo0002 of user 100200302");
    String moved =
        "delete from user_sessions where user_id = '100200303';"
            + " update user_sessions set session_id = 'sess_demo0003' where user_id = '100200304'";
    cli()
        .answering("yes")
        .meanwhile(() -> database.execute(moved))
        .run("delete", "100200301", "100200303")
        .assertFails(2, "nothing was deleted: while you were asked");
    assertThat(active()).isEqualTo("100200301,100200302,100200304");
    CliRun.Result deleted = cli().answering("yes").run("delete", "100200301", "100200302");
    assertThat(deleted.assertDone().out().lines())
        .hasSize(2)
        .allMatch(l -> l.endsWith("is deleted"));
    assertThat(active()).isEqualTo("100200304");
  }

  @Test
  void tellsHowFarItCameWhenTheDatabaseStopsIt() {
    database.execute(
        """
        create function refuse() returns trigger language plpgsql as
          $$ begin raise exception 'no' using errcode = '23514'; end $$;
        create trigger zz_refuse before update on user_sessions
          for each row when (old.user_id = '100200302') execute function refuse();
        """);
    CliRun.Result stopped = cli().run("deactivate", "100200301", "100200302", "100200303");
    assertThat(stopped.code()).isNotZero();
    assertThat(stopped.err())
        .contains("1 of 3 are done; not done, or not known to be: sess_demo0002 sess_demo0003");
    assertThat(active()).isEqualTo("100200302,100200303,100200304");
  }

  @Test
  void listsWhatIsLookedFor() {
    assertThat(cli().run("list").out().lines().findFirst().orElseThrow())
        .matches("USER_ID +SESSION_ID +API_ID +USERNAME +PHONE +ACTIVE +AUTHORIZED +LAST SEEN");
    assertThat(cli().run("list", "--search", "IRIS").out()).contains("Iris_Demo", "+1 (0***0101");
    assertThat(listed("--search", "@TWIN")).containsExactly("302", "303");
    assertThat(listed("--search", "555-01")).containsExactly("301", "302", "303");
    assertThat(listed("--search", "+10005550102")).containsExactly("302", "303");
    assertThat(listed("--search", "DEMO0004")).containsExactly("304");
    assertThat(listed("--search", "200304")).containsExactly("304");
    assertThat(listed("--search", "nothing like it")).isEmpty();
  }

  @Test
  void listsWhatNoAgentHasSeenForLong() {
    database.execute(
        """
        update user_sessions set last_seen_at = now() - interval '16 minutes' where user_id = '100200301';
        update user_sessions set last_seen_at = now() - interval '3 hours' where user_id = '100200302';
        update user_sessions set last_seen_at = now() where user_id = '100200303';
        """);
    assertThat(listed("--stale", "15m")).containsExactly("301", "302", "304");
    assertThat(listed("--stale", "2h")).containsExactly("302", "304");
    assertThat(listed("--stale", "1w", "--search", "twin")).isEmpty();
    cli().run("deactivate", "100200304").assertDone();
    assertThat(listed("--stale", "3600s")).containsExactly("302");
  }

  @Test
  void listsWhatCannotBeReadAndWhy() {
    assertThat(listed("--unreadable")).isEmpty();
    database.executeWithoutTriggers(
        """
        update user_sessions set api_hash_encrypted = 'in clear' where user_id = '100200302';
        update user_sessions set username = E'a\\x01b', user_id = E'100200\\x01303' where user_id = '100200303';
        """);
    CliRun.Result table = cli().run("list", "--unreadable").assertDone();
    assertThat(table.out().lines()).hasSize(3);
    assertThat(table.out())
        .contains("REASON", "is not an AES-256 message", "a column holds a value");
    JsonNode json = cli().run("list", "--unreadable", "--search", "0002", "--json").json();
    assertThat(json.path("sessions").size()).isEqualTo(1);
    assertThat(json.path("sessions").get(0).path("reason").asText()).isEqualTo("not_sealed");
    assertThat(json.path("sessions").get(0).path("key_version").isInt()).isTrue();
    assertThat(listed("--unreadable")).as("as it is stored").containsExactly("302", "\u0001303");
    assertThat(listed("--unreadable", "--inactive")).isEmpty();
  }

  @Test
  void listsTheKeysAndNoneOfThem() {
    CliRun held = cli().with("ENCRYPTION_MASTER_KEY", Canary.MASTER_KEY);
    held.run("rotate-key").assertDone();
    List<String> table = held.run("keys").assertDone().out().lines().toList();
    assertThat(table.get(0)).matches("VERSION +KIND +FINGERPRINT +CREATED +ARCHIVED +SESSIONS");
    assertThat(table.get(1)).matches("\\d +external +[0-9a-f]+ +\\S+Z +- +4");
    assertThat(table.get(2)).matches("\\d +database +- +\\S+Z +\\S+Z +0");
    JsonNode keys = held.run("keys", "--json").assertDone().json().path("keys");
    assertThat(keys.size()).isEqualTo(table.size() - 1);
    assertThat(keys.get(0).path("is_current").asBoolean()).isTrue();
    assertThat(keys.get(1).path("fingerprint").isNull()).isTrue();
    for (String key : database.query("select master_key from encryption_keys where id > 1")) {
      assertThat(held.run("keys", "--json").out().contains(key)).isFalse();
    }
  }

  @Test
  void showsEntriesOfTheTypesThatAreAskedFor() {
    cli().run("deactivate", "100200301", "100200302").assertDone();
    database.execute(
        """
        insert into session_activity (session_id, user_id, activity_type)
          select 'sess_demo0001', '100200301', 'message_sent' from generate_series(1, 1500)
        """);
    String[] types = {"activity", "--type", "session_deactivated", "--type", "session_created"};
    assertThat(cli().run(types).assertDone().out().lines()).hasSize(7);
    JsonNode page =
        cli().run("activity", "--type", "session_deactivated", "--limit", "1", "--json").json();
    assertThat(page.path("activity").get(0).path("user_id").asText()).isEqualTo("100200302");
    JsonNode next =
        cli()
            .run(
                "activity",
                "--type",
                "session_deactivated",
                "--before",
                page.path("next").asText(),
                "--json")
            .json();
    assertThat(next.path("activity").size()).isEqualTo(1);
    assertThat(next.path("activity").get(0).path("user_id").asText()).isEqualTo("100200301");
    assertThat(next.path("next").isNull()).isTrue();
    assertThat(cli().run("activity", "--type", "nothing").err()).contains("0 entries");
  }

  @Test
  void exportsTheSessionsThatAreNamed(@TempDir Path folder) {
    String file = folder.resolve("some.pgp").toString();
    String[] some = {
      "export", file, "--passphrase-stdin", "--session", "@iris_demo", "--session", "100200304"
    };
    CliRun.Result exported = cli().typing(Canary.MASTER_KEY).run(some);
    assertThat(exported.assertDone().out()).startsWith("exported 2 sessions to ");
    assertThat(
            database.value(
                "select details -> 'session_ids' from session_activity where activity_type = 'sessions_exported'"))
        .isEqualTo("[\"sess_demo0001\", \"sess_demo0004\"]");
    database.execute("delete from user_sessions");
    CliRun.Result restored =
        cli().typing(Canary.MASTER_KEY).run("import", file, "--passphrase-stdin");
    assertThat(restored.assertDone().out()).startsWith("2 created");
    assertThat(active()).isEqualTo("100200301,100200304");
  }

  @Test
  void exportsNothingUnlessAllAreFoundAndReadable(@TempDir Path folder) {
    Path file = folder.resolve("some.pgp");
    String[] some = {
      "export", file.toString(), "--passphrase-stdin", "--session", "5", "--session", "100200304"
    };
    cli().typing(Canary.MASTER_KEY).run(some).assertFails(3, "these name no session: 5: list");
    database.executeWithoutTriggers("update user_sessions set api_hash_encrypted = 'in clear'");
    some[4] = "100200303";
    cli().typing(Canary.MASTER_KEY).run(some).assertFails(5, "nothing was written");
    assertThat(file).doesNotExist();
  }
}
