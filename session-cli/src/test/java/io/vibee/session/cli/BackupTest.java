package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.cli.backup.BackupCipher;
import io.vibee.session.cli.backup.BackupReaderTest;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Tools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Export and import, and files that are not as export wrote them. */
@Execution(ExecutionMode.CONCURRENT)
class BackupTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private Path folder;
  private Path backup;

  @BeforeEach
  void addThree(@TempDir Path temporary) {
    folder = temporary;
    backup = folder.resolve("sessions.pgp");
    for (String id : new String[] {"1", "2", "3"}) database.insertByGuide(id, "sess_" + id);
    database.execute(
        "update user_sessions set is_active = false, username = 'two words', target_chats = '[-1001234567890, \"c\"]' where user_id = '2'");
  }

  private CliRun.Result cli(String... args) {
    return CliRun.on(database.url()).typing(Canary.MASTER_KEY).run(args);
  }

  private CliRun.Result restore(String... more) {
    String[] args = {"import", backup.toString(), "--passphrase-stdin"};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return cli(all);
  }

  private String export() {
    return cli("export", backup.toString(), "--passphrase-stdin").assertDone().out();
  }

  /** With the real stretching, which takes a second each time; all others do with less. */
  @Test
  void bringsEverySessionBackAsItWas() throws Exception {
    CliRun.Result exported =
        CliRun.on(database.url())
            .typing(Canary.MASTER_KEY)
            .encryptingBy(BackupCipher.STRONGEST)
            .run("export", backup.toString(), "--passphrase-stdin");
    assertThat(exported.assertDone().out()).startsWith("exported 3 sessions to ");
    assertThat(stretching(backup)).isEqualTo(0xff);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
        .isEqualTo("rw-------");
    assertThat(folder.toFile().list()).containsExactly("sessions.pgp");
    String columns =
        "select user_id, session_id, api_id, phone, username, is_active, target_chats from user_sessions order by user_id";
    List<String> before = database.query(columns);
    assertThat(restore().assertDone().out()).isEqualTo("0 created, 0 updated, 3 unchanged\n");
    database.execute("delete from user_sessions where user_id <> '1'");
    assertThat(restore("--json").assertDone().json().path("created").asInt()).isEqualTo(2);
    assertThat(database.query(columns)).isEqualTo(before);
    try (var store = database.store()) {
      assertThat(
              store
                  .findByUserId("2")
                  .orElseThrow()
                  .apiHash()
                  .exposeSecret()
                  .equals(Canary.API_HASH))
          .isTrue();
    }
  }

  /** The octet after the salt in the first packet: RFC 9580, sections 5.3 and 3.7.1.3. */
  private static int stretching(Path message) throws IOException {
    byte[] packet = Files.readAllBytes(message);
    assertThat(packet).startsWith(0xc3, 46, 4, 9, 3);
    return packet[14] & 0xff;
  }

  @Test
  void refusesToOverwriteFilesAndNewerSessions() {
    export();
    cli("export", backup.toString(), "--passphrase-stdin").assertFails(2, "--force");
    cli("export", backup.toString(), "--passphrase-stdin", "--force").assertDone();
    for (String folders : new String[] {folder.toString(), "", ".", "/"}) {
      cli("export", folders, "--passphrase-stdin").assertFails(2, "that is a folder");
    }
    cli("export", "/proc/nowhere/file", "--passphrase-stdin").assertFails(1, "cannot be written");
    cli("export", folder.resolve("other").toString()).assertFails(2, "--passphrase-file");

    database.execute("update user_sessions set api_id = 7 where user_id = '3'");
    database.execute("delete from user_sessions where user_id = '1'");
    CliRun.Result refused = restore();
    refused.assertFails(2, "a session differs");
    assertThat(refused.err()).contains("user 3 is stored with another api_id");
    assertThat(database.value("select count(*) from user_sessions")).isEqualTo("2");
    assertThat(restore("--replace").assertDone().out())
        .isEqualTo("1 created, 1 updated, 1 unchanged\n");
  }

  @Test
  void saysWhatToDeleteWhenSessionsMovedFromUserToUser() {
    export();
    database.execute(
        """
        update user_sessions set session_id = 'sess_x' where user_id = '1';
        update user_sessions set session_id = 'sess_1' where user_id = '2';
        update user_sessions set session_id = 'sess_2' where user_id = '1';
        update user_sessions set user_id = '9' where user_id = '3'
        """);
    List<String> before = database.query("select user_id, session_id from user_sessions");
    CliRun.Result refused = restore("--replace");
    refused.assertFails(2, "3 sessions would be another user's");
    assertThat(refused.err())
        .contains("session sess_1 of user 1 is stored as that of user 2\n")
        .contains("session sess_2 of user 2 is stored as that of user 1\n")
        .contains("session sess_3 of user 3 is stored as that of user 9, who is not in this");
    assertThat(database.query("select user_id, session_id from user_sessions")).isEqualTo(before);
    for (String user : new String[] {"1", "2", "9"}) cli("delete", user, "--yes").assertDone();
    assertThat(restore().assertDone().out()).isEqualTo("3 created, 0 updated, 0 unchanged\n");
  }

  @Test
  void notesInTheLogThatHashesLeftTheDatabase() {
    export();
    assertThat(logged()).containsExactly("*|3|0|cli:" + System.getProperty("user.name"));
    assertThat(cli("activity", "--limit", "1").assertDone().out()).contains("sessions_exported");
    cli("export", backup.toString(), "--passphrase-stdin").assertFails(2, "--force");
    cli("export", backup.toString(), "--passphrase-stdin", "--force", "--no-log-entry")
        .assertDone();
    assertThat(logged()).hasSize(1);
  }

  private List<String> logged() {
    return database.query(
        "select session_id, details->>'sessions', details->>'skipped', details->>'actor'"
            + " from session_activity where activity_type = 'sessions_exported' order by id");
  }

  /** An agent's role, which may read every session and not add to the log. */
  @Test
  void aRoleThatMayNotAddToTheLogExportsNothingUnlessTold() throws Exception {
    String role = "exporter_" + database.value("select current_database()");
    database.execute(
        "create role %1$s login; grant select on session_schema_version, encryption_keys, user_sessions to %1$s"
            .formatted(role));
    String[] export = {"export", backup.toString(), "--passphrase-stdin"};
    CliRun.Result refused = CliRun.on(database.url(role)).typing(Canary.MASTER_KEY).run(export);
    refused.assertFails(4, "--no-log-entry");
    assertThat(refused.lastError()).contains("GRANT INSERT (session_id,", "42501");
    assertThat(folder).isEmptyDirectory();
    String[] silent = Arrays.copyOf(export, 4);
    silent[3] = "--no-log-entry";
    CliRun.on(database.url(role)).typing(Canary.MASTER_KEY).run(silent).assertDone();
    assertThat(logged()).isEmpty();
  }

  @Test
  void warnsOfHashesThatAreNone() throws Exception {
    assertThat(cli("import", "--help").assertDone().err()).isEmpty();
    try (OutputStream out = Files.newOutputStream(backup)) {
      String lines =
          BackupReaderTest.HEADER
              + "\n"
              + BackupReaderTest.SESSION.replace("\"1\"", "\"9\"").replace("sess_1", "sess_9")
              + "\n{\"sessions\":1}\n";
      CliRun.QUICK.encrypt(
          out, Secret.of(Canary.MASTER_KEY), clear -> clear.write(lines.getBytes(UTF_8)));
    }
    assertThat(restore().assertDone().err())
        .contains("warning: user 9: the api_hash is not 32 hexadecimal digits")
        .doesNotContain("made_up");
    Files.delete(backup);
    export();
    database.execute("delete from user_sessions where user_id = '9'");
    assertThat(restore().assertDone().err()).contains("warning: user 9: ");
    Files.delete(backup);
    database.execute("delete from user_sessions where user_id = '9'");
    export();
    assertThat(restore().assertDone().err()).doesNotContain("hexadecimal");
  }

  @Test
  void leavesToTheBridgeWhoIsAuthorized() {
    database.execute("update user_sessions set is_authorized = true where user_id <> '3'");
    export();
    database.execute("update user_sessions set is_authorized = not is_authorized");
    assertThat(restore().assertDone().out()).contains("3 unchanged");
    database.execute("update user_sessions set phone = null where user_id = '1'");
    database.execute("delete from user_sessions where user_id = '2'");
    restore("--replace").assertDone();
    assertThat(database.query("select user_id, is_authorized from user_sessions order by user_id"))
        .containsExactly("1|f", "2|t", "3|t");
  }

  @Test
  void namesWhatCannotBeReadAndLeavesItOutOnlyWhenTold() {
    database.executeWithoutTriggers(
        "update user_sessions set api_hash_encrypted = 'garbage' where user_id = '2'");
    CliRun.Result refused = cli("export", backup.toString(), "--passphrase-stdin");
    refused.assertFails(5, "--skip-unreadable");
    assertThat(refused.err()).contains("not exported: session sess_2 of user 2");
    assertThat(folder).isEmptyDirectory();
    cli("export", backup.toString(), "--passphrase-stdin", "--skip-unreadable").assertDone();
    assertThat(restore().out()).contains("2 unchanged");
  }

  @Test
  void asksForANewPassphraseTwice() {
    CliRun asked = CliRun.on(database.url()).answering("a long passphrase", "another one");
    asked.run("export", backup.toString()).assertFails(2, "two different passphrases");
    CliRun same = CliRun.on(database.url()).answering("short", "short");
    assertThat(same.run("export", backup.toString()).assertDone().err()).contains("can be guessed");
    CliRun once = CliRun.on(database.url()).answering("short");
    once.run("import", backup.toString()).assertDone();
  }

  @Test
  void readsNothingThatWasChangedOrCutOff() throws Exception {
    export();
    byte[] whole = Files.readAllBytes(backup);
    database.execute("delete from user_sessions");
    CliRun.on(database.url())
        .typing("wrong")
        .run("import", backup.toString(), "--passphrase-stdin")
        .assertFails(5, "the passphrase is another one");
    for (int at : new int[] {3, 20, whole.length - 1}) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(backup, changed);
      restore().assertFails(5, "cannot be decrypted");
      Files.write(backup, Arrays.copyOf(whole, at));
      restore().assertFails(5, "cannot be decrypted");
    }
    assertThat(database.value("select count(*) from user_sessions")).isEqualTo("0");
  }

  /** The integrity protection ends where the message does. */
  @Test
  void readsNothingThatSomethingFollows() throws Exception {
    export();
    byte[] whole = Files.readAllBytes(backup);
    database.execute("delete from user_sessions where user_id = '1'");
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);
    for (byte[] more : new byte[][] {{'\n'}, {0}, {(byte) 0xff}, whole, cut, {(byte) 0xd3, 0}}) {
      byte[] longer = Arrays.copyOf(whole, whole.length + more.length);
      System.arraycopy(more, 0, longer, whole.length, more.length);
      Files.write(backup, longer);
      restore().assertFails(5, "something follows its end");
    }
    String armored = armored(whole);
    for (String more : new String[] {"x", "\n" + armored, "\r\n\0"}) {
      Files.writeString(backup, armored + more);
      restore().assertFails(5, "something follows its end");
    }
    assertThat(database.value("select count(*) from user_sessions")).isEqualTo("2");
    Files.writeString(backup, armored + "\r\n \t\n");
    assertThat(restore().assertDone().out()).contains("1 created");
  }

  private static String armored(byte[] message) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (ArmoredOutputStream armor = ArmoredOutputStream.builder().build(text)) {
      armor.write(message);
    }
    return text.toString(UTF_8);
  }

  @Test
  void storesNothingOfAMalformedBackup() throws Exception {
    try (OutputStream out = Files.newOutputStream(backup)) {
      byte[] content =
          (BackupReaderTest.HEADER
                  + "\n"
                  + BackupReaderTest.SESSION.replace("\"1\"", "\"9\"")
                  + "\n")
              .getBytes(UTF_8);
      CliRun.QUICK.encrypt(out, Secret.of(Canary.MASTER_KEY), clear -> clear.write(content));
    }
    restore().assertFails(2, "its end is missing");
    assertThat(database.value("select count(*) from user_sessions")).isEqualTo("3");
  }

  @Test
  void isReadAndWrittenByGpg() throws Exception {
    String gpg = Tools.require("gpg");
    export();
    Path key = Files.writeString(folder.resolve("key"), Canary.MASTER_KEY + "\n");
    Path clear = folder.resolve("clear");
    gpg(
        gpg,
        "--decrypt",
        "--output",
        clear.toString(),
        "--passphrase-file",
        key.toString(),
        backup.toString());
    assertThat(Files.readAllLines(clear)).hasSize(5);
    Files.delete(backup);
    gpg(
        gpg,
        "--symmetric",
        "--armor",
        "--output",
        backup.toString(),
        "--passphrase-file",
        key.toString(),
        clear.toString());
    assertThat(restore().assertDone().out()).contains("3 unchanged");
  }

  private void gpg(String program, String... options) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                program,
                "--batch",
                "--quiet",
                "--homedir",
                folder.toString(),
                "--pinentry-mode",
                "loopback"));
    command.addAll(List.of(options));
    Process process =
        Processes.of(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("log"))).isZero();
  }
}
